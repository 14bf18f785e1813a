"""Pulumi.yaml, read as the Pulumi CLI reads it.

Facts: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ and
https://www.pulumi.com/docs/iac/languages-sdks/python/.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from stackwright.engine.project import config as configs
from stackwright.engine.project.config import Config, Declaration
from stackwright.engine.project.documents import read_yaml
from stackwright.engine.project.environments import Environment, environment_of
from stackwright.errors import ProjectError
from stackwright.names import NAME_RULE, as_name, is_name

__all__ = ["Config", "Project", "load"]

_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True)
class Project:
    """A Pulumi project in Python, or a single Python file taken as one.

    Attributes:
        location: the directory of Pulumi.yaml, or the Python file.
        directory: where Pulumi.yaml lies.
        program: the file or directory that is run.
        interpreter: the Python that runs it.
        stack_directory: where the stack files lie.
        declarations: configuration that Pulumi.yaml declares, by full key.
        stackwright: what Pulumi.yaml says to Stackwright; Pulumi itself reads over it.
        environment: the virtual environment that the interpreter belongs to; see `installing`.
    """

    name: str
    location: Path
    directory: Path
    program: Path
    interpreter: str
    stack_directory: Path
    declarations: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    environment: Environment | None = None
    stackwright: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def program_directory(self) -> Path:
        """The program's working directory: paths in the program are relative to it."""
        return self.program if self.program.is_dir() else self.program.parent

    @property
    def source_directories(self) -> tuple[Path, ...]:
        """Where the user's own code lies: the project, and the program's directory where `main` leads outside."""
        if self.program_directory.is_relative_to(self.directory):
            return (self.directory,)
        return (self.directory, self.program_directory)

    def stacks(self) -> list[str]:
        """Names of all stacks that have a file."""
        files = [*self.stack_directory.glob("Pulumi.*.yaml"), *self.stack_directory.glob("Pulumi.*.yml")]
        return sorted({f.name.removeprefix("Pulumi.").rsplit(".", 1)[0] for f in files})

    def examples(self) -> list[str]:
        """Names of stacks that have no file but an example of one, `Pulumi.<stack>.yaml.example`."""
        files = self.stack_directory.glob("Pulumi.*.yaml.example")
        names = {f.name.removeprefix("Pulumi.").removesuffix(".yaml.example") for f in files}
        return sorted(names - set(self.stacks()))

    def default_stack(self) -> str:
        """The only stack, or `dev`.

        Raises:
            ProjectError: there are several and none is called `dev`.
        """
        stacks = self.stacks()
        if len(stacks) == 1:
            return stacks[0]
        if not stacks or "dev" in stacks:
            return "dev"
        raise ProjectError(
            f"{self.name} has several stacks: {', '.join(stacks)}",
            where=str(self.directory),
            fix=f"Name one, such as: -s {stacks[0]}",
        )

    def config(
        self,
        stack: str,
        overrides: Mapping[str, str] | None = None,
        make_up: configs.MakeUp | None = None,
        *,
        example: bool = False,
    ) -> Config:
        """The stack's configuration: project defaults, the stack file, then `overrides`.

        Args:
            make_up: asked for what is missing, see `configs.read`.
            example: read the example of the stack's file in its place.

        Raises:
            ProjectError: no such stack, an impossible name, an unreadable file, a secret that cannot be decrypted, a
                value of the wrong type, or a required one that is missing.
        """
        if not is_name(stack):
            raise ProjectError(f"{stack!r} is no name of a stack", where=str(self.directory), fix=NAME_RULE)
        path = self.stack_directory / f"Pulumi.{stack}.yaml.example" if example else self._stack_file(stack)
        return configs.read(
            read_yaml(path) if path else {},
            self.declarations,
            overrides or {},
            project=self.name,
            stack=stack,
            where=str(path or self.directory),
            make_up=make_up,
        )

    def _stack_file(self, stack: str) -> Path | None:
        for ending in ("yaml", "yml"):
            path = self.stack_directory / f"Pulumi.{stack}.{ending}"
            if path.is_file():
                return path
        known = self.stacks()
        if known:
            raise ProjectError(
                f"{self.name} has no stack {stack!r}; it has: {', '.join(known)}",
                where=str(self.stack_directory),
                fix=f"Use one of these with -s, or write Pulumi.{stack}.yaml.",
            )
        return None


def load(path: Path) -> Project:
    """Read a project directory or a single Python file.

    Raises:
        ProjectError: nothing there, not a Python project, or a file that cannot be read.
    """
    path = path.resolve()
    if path.is_file() and path.suffix == ".py":
        name = path.parent.name if path.stem == "__main__" else path.stem
        name = as_name(name.replace("_", "-"))
        return Project(name, path, path.parent, path, sys.executable, path.parent)
    if path.name in _PROJECT_FILES:
        path = path.parent
    if not path.is_dir():
        raise ProjectError(f"there is no project at {path}", fix="Name a directory with a Pulumi.yaml, or a .py file.")
    file = next((path / name for name in _PROJECT_FILES if (path / name).is_file()), None)
    if file is None:
        raise ProjectError(
            f"no Pulumi.yaml in {path}",
            fix="Name a directory that has one, a .py file, or a bundled system such as `uploads`.",
        )
    document = read_yaml(file)
    runtime, options = _runtime(document, file)
    if runtime != "python":
        raise ProjectError(
            f"the project's runtime is {runtime!r}; Stackwright runs Python programs",
            where=str(file),
            fix="Name a project whose Pulumi.yaml says `runtime: python`.",
        )
    name = document.get("name")
    if not isinstance(name, str) or not name:
        raise ProjectError("Pulumi.yaml has no `name`", where=str(file), fix="Add a line such as `name: my-project`.")
    if not is_name(name):
        raise ProjectError(f"{name!r} is no name of a project", where=f"{file}: name", fix=NAME_RULE)
    config = document.get("config") or {}
    # `config: folder` is the older spelling of `stackConfigDir: folder`.
    stack_directory = config if isinstance(config, str) else str(document.get("stackConfigDir") or ".")
    program = _program(path, document, file)
    environment = environment_of(options, path, program if program.is_dir() else program.parent, file)
    return Project(
        name=name,
        location=path,
        directory=path,
        program=program,
        interpreter=str(environment.python) if environment else sys.executable,
        stack_directory=path / stack_directory,
        declarations={} if isinstance(config, str) else configs.declarations(config, name, str(file)),
        environment=environment,
        stackwright=_stackwright(document, file),
    )


def _stackwright(document: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    said = document.get("stackwright") or {}
    if not isinstance(said, dict):
        raise ProjectError("`stackwright` must be a mapping", where=str(file))
    return cast("dict[str, Any]", said)


def _runtime(document: Mapping[str, Any], file: Path) -> tuple[str, Mapping[str, Any]]:
    runtime = document.get("runtime")
    if isinstance(runtime, str):
        return runtime, {}
    if isinstance(runtime, dict):
        mapping = cast("dict[str, Any]", runtime)
        return str(mapping.get("name", "")), cast("dict[str, Any]", mapping.get("options") or {})
    raise ProjectError("Pulumi.yaml has no `runtime`", where=str(file), fix="Add the line `runtime: python`.")


def _program(directory: Path, document: Mapping[str, Any], file: Path) -> Path:
    program = (directory / str(document.get("main") or ".")).resolve()
    needed = program if program.suffix == ".py" else program / "__main__.py"
    if not needed.is_file():
        raise ProjectError(
            f"the program is missing: {needed}",
            where=str(file),
            fix="Write it, or point `main:` in Pulumi.yaml to it.",
        )
    return program
