"""The files of a program: where it starts, and the modules of its own that it imports. Each is parsed once."""

from __future__ import annotations

import ast
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

from stackwright.trees import parse


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no Python: where, and what Python says of it."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Module:
    """One file.

    Attributes:
        file: relative to the project where it lies inside it.
        package: the package that relative imports start from.
        tree: empty when the file cannot be parsed.
    """

    name: str
    package: str
    path: Path
    file: str
    lines: tuple[str, ...]
    tree: ast.Module
    problem: Unreadable | None = None


@dataclass(slots=True)
class Project:
    """A program.

    Args:
        root: the directory with Pulumi.yaml; of a program of one file, the file's.
        entry: the file that is run.
    """

    root: Path
    entry: Path
    _modules: dict[str, Module | None] = field(default_factory=dict[str, "Module | None"])

    @property
    def main(self) -> Module:
        """The file that is run."""
        found = self._modules.get("__main__")
        if found is None:
            found = self._modules["__main__"] = self._read("__main__", "", self.entry)
        return found

    def module(self, name: str) -> Module | None:
        """A module of the project by its dotted name; None when it is none of the project's."""
        if name not in self._modules:
            self._modules[name] = self._find(name)
        return self._modules[name]

    def loaded(self) -> tuple[Module, ...]:
        """The modules that were asked for so far."""
        return tuple(module for module in self._modules.values() if module is not None)

    def problems(self) -> tuple[Unreadable, ...]:
        return tuple(module.problem for module in self.loaded() if module.problem is not None)

    def _find(self, name: str) -> Module | None:
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        place = self.entry.parent.joinpath(*parts)
        if (place / "__init__.py").is_file():
            return self._read(name, name, place / "__init__.py")
        if place.with_suffix(".py").is_file():
            return self._read(name, name.rpartition(".")[0], place.with_suffix(".py"))
        if place.is_dir() and any(place.glob("*.py")):
            return Module(name, name, place, self._relative(place), (), ast.Module([], []))
        return None

    def _read(self, name: str, package: str, path: Path) -> Module:
        file = self._relative(path)
        try:
            with tokenize.open(path) as opened:
                text = opened.read()
        except (OSError, SyntaxError, UnicodeDecodeError) as failure:
            problem = Unreadable(file, 1, 1, str(failure))
            return Module(name, package, path, file, (), ast.Module([], []), problem)
        tree, problem = parsed(text, file)
        return Module(name, package, path, file, tuple(text.splitlines()), tree, problem)

    def _relative(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def parsed(text: str, file: str) -> tuple[ast.Module, Unreadable | None]:
    """The tree of a file; empty, with the reason, when it has none."""
    try:
        return parse(text), None
    except SyntaxError as failure:
        problem = Unreadable(file, failure.lineno or 1, failure.offset or 1, failure.msg)
    except (ValueError, RecursionError, MemoryError) as failure:  # NUL bytes, nested too deep
        problem = Unreadable(file, 1, 1, str(failure) or type(failure).__name__)
    return ast.Module([], []), problem
