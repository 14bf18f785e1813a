"""The virtual environment of a project: where it is, and whether it is whole.

`runtime.options` of Pulumi.yaml name it: https://www.pulumi.com/docs/iac/languages-sdks/python/. One that was made
here has a mark, which says from which requirements; one without belongs to the user and is taken as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from stackwright.errors import ProjectError

Toolchain = Literal["pip", "uv", "poetry"]

_MARK: Final = ".stackwright.json"
LOCK: Final = ".stackwright.lock"


@dataclass(frozen=True)
class Environment:
    """A virtual environment that a project names.

    Attributes:
        directory: where it is, or is to be.
        toolchain: what puts packages into it.
        root: the directory that requirements lie in.
        where: what in Pulumi.yaml names it.
    """

    directory: Path
    toolchain: Toolchain
    root: Path
    where: str

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.directory / "bin" / "python"

    @property
    def requirements(self) -> Path | None:
        """The file that says what to install; None when there is none."""
        names = ("requirements.txt", "pyproject.toml")
        for name in names if self.toolchain == "pip" else reversed(names):
            if (self.root / name).is_file():
                return self.root / name
        return None

    def exists(self) -> bool:
        """Whether there is an interpreter."""
        return self.python.exists()

    def is_whole(self) -> bool:
        """Whether nothing is to be done: it is the user's own, or was made here from today's requirements."""
        return self.exists() and (self._mark() is None or self._mark() == self._fingerprint())

    def is_ours(self) -> bool:
        """Whether it is to be made, or was made, here.

        Raises:
            ProjectError: the directory holds something else.
        """
        if self._mark() is not None:
            return True
        if not self.directory.exists():
            return True
        if not self.directory.is_dir() or any(path.name != LOCK for path in self.directory.iterdir()):
            broken = (self.directory / "pyvenv.cfg").exists()
            raise ProjectError(
                f"{self.directory} is {'an environment without a Python' if broken else 'no virtual environment'}",
                where=self.where,
                fix=f"Remove it: rm -r {self.directory}" if broken else "Name another directory.",
            )
        return True

    def begin(self) -> None:
        """Note that it is not whole."""
        (self.directory / _MARK).write_text(json.dumps({"fingerprint": ""}), encoding="utf-8")

    def finish(self) -> None:
        """Note from which requirements it has been made."""
        draft = self.directory / f"{_MARK}.draft"
        draft.write_text(json.dumps({"fingerprint": self._fingerprint()}), encoding="utf-8")
        draft.replace(self.directory / _MARK)

    def contents(self) -> list[Path]:
        """All that is in it but for our own files."""
        return [path for path in self.directory.iterdir() if path.name not in (_MARK, LOCK)]

    def _mark(self) -> str | None:
        try:
            return str(json.loads((self.directory / _MARK).read_text(encoding="utf-8"))["fingerprint"])
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError):
            return ""

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(self.toolchain.encode())
        for file in self._sources():
            digest.update(file.read_bytes() + b"\0")
        return digest.hexdigest()

    def _sources(self) -> Iterator[Path]:
        requirements = self.requirements
        if requirements is not None and requirements.suffix == ".txt":
            yield from _included(requirements, set())
        elif requirements is not None:
            yield requirements
            yield from (path for name in ("uv.lock", "poetry.lock") if (path := self.root / name).is_file())


def _included(file: Path, seen: set[Path]) -> Iterator[Path]:
    """A file of requirements and those it names, https://pip.pypa.io/en/stable/reference/requirements-file-format/."""
    if file in seen or not file.is_file():
        return
    seen.add(file)
    yield file
    text = file.read_text(encoding="utf-8", errors="replace")
    for found in re.finditer(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)", text, re.MULTILINE):
        yield from _included((file.parent / found[1]).resolve(), seen)


def environment_of(options: Mapping[str, Any], directory: Path, program: Path, file: Path) -> Environment | None:
    """The environment that the options of a project name; None when it runs in the interpreter at hand.

    Args:
        directory: the project's.
        program: the directory of its program, where requirements are looked for first.
        file: Pulumi.yaml.
    """
    toolchain = options.get("toolchain") or "pip"
    if toolchain not in ("pip", "uv", "poetry"):
        raise ProjectError(
            f"there is no toolchain {toolchain!r}",
            where=f"{file}: runtime.options.toolchain",
            fix="One of: pip, poetry, uv.",
        )
    named = options.get("virtualenv")
    if named is not None:
        expanded = directory / Path(os.path.expandvars(str(named))).expanduser()
        roots = (program, directory) if toolchain == "pip" else (_above(directory, toolchain),)
        root = next((r for r in roots if _has_requirements(r)), directory)
        return Environment(expanded, toolchain, root, f"{file}: runtime.options.virtualenv")
    if toolchain == "pip":
        return None
    # Both keep the environment in the project or, for a workspace, in a directory above it.
    root = _above(directory, toolchain)
    found = next((d for d in (directory, *directory.parents) if (d / ".venv/bin/python").exists()), root)
    return Environment(found / ".venv", toolchain, root, f"{file}: runtime.options.toolchain")


def _above(directory: Path, toolchain: Toolchain) -> Path:
    """The directory that uv or poetry takes for the project's."""
    for name in ("uv.lock", "pyproject.toml") if toolchain == "uv" else ("pyproject.toml",):
        found = next((d for d in (directory, *directory.parents) if (d / name).is_file()), None)
        if found is not None:
            return found
    return directory


def _has_requirements(directory: Path) -> bool:
    return any((directory / name).is_file() for name in ("requirements.txt", "pyproject.toml"))
