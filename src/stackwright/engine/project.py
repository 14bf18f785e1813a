"""Pulumi.yaml and Pulumi.<stack>.yaml, read as the Pulumi CLI reads them.

Facts: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ and …/concepts/config/.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from stackwright.engine import secrets
from stackwright.errors import ProjectError

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True)
class Config:
    """Stack configuration with full keys (`namespace:name`); objects and lists as JSON text, as the SDK wants them."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: frozenset[str] = frozenset()

    def of(self, namespace: str) -> dict[str, Any]:
        """All keys of one namespace, JSON texts decoded."""
        prefix = f"{namespace}:"
        return {k[len(prefix) :]: decode_text(v) for k, v in self.values.items() if k.startswith(prefix)}


@dataclass(frozen=True)
class Project:
    """A Pulumi project in Python, or a single Python file taken as one.

    Attributes:
        directory: where Pulumi.yaml lies.
        program: the file or directory that is run.
        interpreter: the Python that runs it.
    """

    name: str
    directory: Path
    program: Path
    interpreter: str
    stack_directory: Path
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])

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

    def config(self, stack: str, overrides: Mapping[str, str] | None = None) -> Config:
        """The stack's configuration: project defaults, the stack file, then `overrides`.

        Raises:
            ProjectError: no such stack, an unreadable file, or a secret that cannot be decrypted.
        """
        path = self._stack_file(stack)
        document = _read_yaml(path) if path else {}
        if document.get("environment"):
            raise ProjectError(
                f"stack {stack} imports Pulumi ESC environments, which only the Pulumi service can open",
                where=str(path),
                fix="Put the values a local run needs into the stack file, or pass them with -c KEY=VALUE.",
            )
        values: dict[str, str] = {}
        secret_keys: set[str] = set()
        decrypter = secrets.Decrypter(document, str(path) if path else self.name)
        stack_values: Any = document.get("config") or {}
        if not isinstance(stack_values, dict):
            raise ProjectError("`config` must be a mapping", where=str(path))
        for key, value in {**self._project_defaults(), **cast("dict[str, Any]", stack_values)}.items():
            full_key = self._full_key(str(key))
            plain, is_secret = decrypter.reveal(full_key, value)
            values[full_key] = _as_text(plain)
            if is_secret:
                secret_keys.add(full_key)
        for key, value in (overrides or {}).items():
            values[self._full_key(key)] = value
        self._check_required(values, stack, path)
        return Config(values, frozenset(secret_keys))

    def _full_key(self, key: str) -> str:
        return key if ":" in key else f"{self.name}:{key}"

    def _project_defaults(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, declared in self.defaults.items():
            if not isinstance(declared, dict):
                found[key] = declared
                continue
            schema = cast("dict[str, Any]", declared)
            for slot in ("value", "default"):
                if slot in schema:
                    found[key] = schema[slot]
                    break
        return found

    def _check_required(self, values: Mapping[str, str], stack: str, path: Path | None) -> None:
        # A key that Pulumi.yaml declares with a type and without a default must be set by the stack.
        missing = [
            key
            for key, declared in self.defaults.items()
            if isinstance(declared, dict) and "type" in declared and self._full_key(key) not in values
        ]
        if missing:
            raise ProjectError(
                f"stack {stack} does not set the config that Pulumi.yaml requires: {', '.join(missing)}",
                where=str(path or self.directory),
                fix=f"Set it: -c {missing[0]}=VALUE, or in Pulumi.{stack}.yaml under `config:`.",
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
        return Project(path.stem.replace("_", "-"), path.parent, path, sys.executable, path.parent)
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
    document = _read_yaml(file)
    runtime, options = _runtime(document, file)
    if runtime != "python":
        raise ProjectError(
            f"the project's runtime is {runtime!r}; Stackwright runs Python programs", where=str(file), fix=""
        )
    name = document.get("name")
    if not isinstance(name, str) or not name:
        raise ProjectError("Pulumi.yaml has no `name`", where=str(file), fix="Add a line such as `name: my-project`.")
    program = (path / str(document.get("main") or ".")).resolve()
    if not program.exists() or (program.is_dir() and not (program / "__main__.py").is_file()):
        raise ProjectError(
            f"the program is missing: {program / '__main__.py' if program.suffix != '.py' else program}",
            where=str(file),
            fix="Write it, or point `main:` in Pulumi.yaml to it.",
        )
    return Project(
        name=name,
        directory=path,
        program=program,
        interpreter=_interpreter(path, options, file),
        stack_directory=path / str(document.get("stackConfigDir") or "."),
        defaults=cast("dict[str, Any]", document.get("config") or {}),
    )


def _runtime(document: Mapping[str, Any], file: Path) -> tuple[str, Mapping[str, Any]]:
    runtime = document.get("runtime")
    if isinstance(runtime, str):
        return runtime, {}
    if isinstance(runtime, dict):
        mapping = cast("dict[str, Any]", runtime)
        return str(mapping.get("name", "")), cast("dict[str, Any]", mapping.get("options") or {})
    raise ProjectError("Pulumi.yaml has no `runtime`", where=str(file), fix="Add the line `runtime: python`.")


def _interpreter(directory: Path, options: Mapping[str, Any], file: Path) -> str:
    # https://www.pulumi.com/docs/iac/languages-sdks/python/: options.virtualenv, or a toolchain with its own default.
    configured = options.get("virtualenv")
    if configured is None and options.get("toolchain") in ("uv", "poetry") and (directory / ".venv").is_dir():
        configured = ".venv"
    if configured is None:
        return sys.executable
    environment = Path(os.path.expandvars(str(configured))).expanduser()
    interpreter = directory / environment / "bin" / "python"
    if not interpreter.exists():
        raise ProjectError(
            f"the project's virtual environment does not exist: {directory / environment}",
            where=f"{file}: runtime.options.virtualenv",
            fix=f"Create it: python3 -m venv {environment} && {environment}/bin/pip install -r requirements.txt",
        )
    return str(interpreter)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProjectError(f"cannot read {path.name}: {error}", where=str(path)) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ProjectError(f"{path.name} must be a mapping", where=str(path))
    return cast("dict[str, Any]", document)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return "" if value is None else str(value)


def decode_text(text: str) -> Any:
    """Provider settings travel as text; objects, lists and booleans as JSON."""
    if text[:1] in ("{", "[") or text in ("true", "false"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
