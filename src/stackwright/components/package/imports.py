"""What a function's code consists of: the files that its entry imports, one after another, under several folders.

Imports are read from the source, as they stand. What is imported by a computed name has to be named by the program.
"""

from __future__ import annotations

import ast
import functools
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ..errors import ComponentError

_ABSENCE: Final = frozenset({"ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that modules are imported from.

    Attributes:
        folder: what would stand in `sys.path`.
        only: the one top-level module that is taken from it; empty for all.
    """

    folder: Path
    only: str = ""

    @property
    def location(self) -> Path:
        """What is taken from: the package's folder, the module's file, or the whole folder."""
        path = self.folder / self.only
        return path if path.is_dir() else path.with_name(f"{self.only}.py")

    def find(self, name: str) -> Path | None:
        """The file of that name in the package, if it is here."""
        # Asked some thousand times for each package, so without objects on the way.
        if self.only and self.only != name.partition("/")[0].removesuffix(".py"):
            return None
        path = f"{self.folder}/{name}"
        return Path(path) if os.path.isfile(path) else None  # noqa: PTH113


@dataclass(frozen=True, slots=True)
class Closure:
    """Files by their name in the package, and what was imported and lies in none of the folders.

    Attributes:
        files: where each file is read from.
        outside: by top-level name, the file that imports it first.
    """

    files: dict[str, Path]
    outside: dict[str, str]


def closure(roots: Sequence[Root], entries: Collection[str]) -> Closure:
    """All files that the entries import, directly or not, and the entries themselves.

    Args:
        roots: the first one that has a file provides it, as with `sys.path`.
        entries: file names such as `worker.py`.

    Raises:
        ComponentError: an entry is in none of the folders, or a file is no Python.
    """
    files: dict[str, Path] = {}
    outside: dict[str, str] = {}
    parts_of: dict[str, list[str]] = {}
    waiting = sorted(entries)
    while waiting:
        name = waiting.pop()
        if name in files:
            continue
        path = _found(roots, name)
        if path is None:
            raise ComponentError(
                f"package: {name} is in none of {', '.join(str(root.folder) for root in roots)}",
                fix="name a file that exists, relative to the package's root",
            )
        files[name] = path
        stat = path.stat()
        for module, needed in _imports(path, stat.st_mtime_ns, stat.st_size, name):
            if module not in parts_of:
                parts_of[module] = _files_of(roots, module)
            parts = parts_of[module]
            waiting += [part for part in parts if part not in files]
            top = module.partition(".")[0]
            if needed and not parts and top not in sys.stdlib_module_names:
                outside.setdefault(top, name)
    return Closure(files, outside)


@functools.lru_cache(maxsize=4096)  # functions of one program share most of their files
def _imports(path: Path, _time: int, _size: int, name: str) -> tuple[tuple[str, bool], ...]:
    return tuple(sorted(_imported(_parsed(path), PurePosixPath(name)).items()))


def _found(roots: Sequence[Root], name: str) -> Path | None:
    return next((path for root in roots if (path := root.find(name)) is not None), None)


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise ComponentError(f"{path}:{error.lineno} is no valid Python: {error.msg}") from error


def _imported(tree: ast.Module, file: PurePosixPath) -> dict[str, bool]:
    """Modules that are imported when the code runs, and whether it needs them.

    A member of a package is listed like a module, since it may be one.
    """
    found: dict[str, bool] = {}
    for node, needed in _running(tree, needed=True):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # One dot is the file's own package, each further dot the one above.
            above = file.parts[: len(file.parts) - node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [*([base] if base else []), *(f"{base}.{a.name}" if base else a.name for a in node.names)]
        found |= {name: found.get(name, False) or needed for name in names}
    return found


def _running(node: ast.AST, *, needed: bool) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes below one but for what only a type checker reads; not needed is what stands in an attempt."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue  # no statement is inside
        if isinstance(child, ast.If) and _is_type_checking(child.test):
            yield from _running(ast.Module(child.orelse, []), needed=needed)
        elif isinstance(child, ast.Try) and any(_expects_absence(handler) for handler in child.handlers):
            yield from _running(ast.Module(child.body, []), needed=False)
            rest = [*(line for handler in child.handlers for line in handler.body), *child.orelse, *child.finalbody]
            yield from _running(ast.Module(rest, []), needed=needed)
        else:
            yield child, needed
            yield from _running(child, needed=needed)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _expects_absence(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _ABSENCE for kind in kinds)


def _files_of(roots: Sequence[Root], module: str) -> list[str]:
    """The module's file and those of the packages that it lies in, as far as they are in one of the folders."""
    found: list[str] = []
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = "/".join(parts[:length])
        # A package goes before a module of its name.
        found += [c for c in (f"{path}/__init__.py", f"{path}.py") if _found(roots, c) is not None][:1]
    return found
