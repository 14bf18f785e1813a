"""Where the code of a function lies, and what is in it."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from stackwright.graph import Archive, Asset, reveal
from stackwright.rules.finding import Place
from stackwright.rules.view import Node, View
from stackwright.source.project import parsed


@dataclass(slots=True)
class Code:
    """The files of a package.

    Attributes:
        texts: of its Python files, by path in the package.
        places: file of the project, by path in the package, for those that are one.
        tops: what can be imported from it.
    """

    texts: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, Path] = field(default_factory=dict[str, Path])
    tops: set[str] = field(default_factory=set[str])

    def tree(self, path: str) -> ast.Module | None:
        """The file as a tree; None when it is no Python of this version."""
        tree, problem = parsed(self.texts[path], path)
        return None if problem else tree

    def module(self, name: str) -> str:
        """The file of a module; empty when the package has none."""
        path = name.replace(".", "/")
        return next((p for p in (f"{path}.py", f"{path}/__init__.py") if p in self.texts), "")

    def place(self, node: Node, path: str, line: int, column: int, root: Path | None) -> Place:
        """A line of a file of the package; the function's handler where the file is none of the project's."""
        file = self.places.get(path)
        if file is None or root is None or not file.resolve().is_relative_to(root.resolve()):
            return node.place("handler")
        return Place(node.urn, str(file.resolve().relative_to(root.resolve())), line, column)


def code_of(function: Node, root: Path | None) -> Code | None:
    """The package of a function in Python; None when it is not here, or not all of it can be seen."""
    is_python = str(function.given("runtime", "")).startswith("python")
    if not is_python or function.given("packageType") == "Image" or root is None:
        return None
    known = function.graph.once(_known)
    if function.urn not in known:
        found = Code()
        known[function.urn] = found if _add(found, reveal(function.given("code")), "", root) else None
    return known[function.urn]


def _known(graph: View) -> dict[str, Code | None]:
    """By URN; several rules ask for the same."""
    return {}


def _add(found: Code, code: Any, prefix: str, root: Path) -> bool:
    match code:
        case Archive("file", str(path), _):
            return _add_path(found, root / path, prefix)
        case Archive("assets", Mapping() as entries, _):
            whole = [_add(found, entry, str(PurePosixPath(prefix) / name), root) for name, entry in entries.items()]
            return all(whole)
        case Asset("file", path, _) if prefix:
            return _add_file(found, root / path, prefix)
        case Asset("file", path, _):
            return _add_path(found, root / path, prefix)
        case Asset("text", text, _):
            return _note(found, prefix, text, None)
        case _:
            return False


def _add_path(found: Code, path: Path, prefix: str) -> bool:
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if "__pycache__" not in file.parts]
        inner = PurePosixPath(prefix)
        whole = [_add_file(found, f, str(inner / f.relative_to(path).as_posix())) for f in files if f.is_file()]
        return all(whole)
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace") if name.endswith(".py") else ""
            _note(found, str(PurePosixPath(prefix) / name), text, None)
    return True


def _add_file(found: Code, file: Path, name: str) -> bool:
    if not file.is_file():
        return False
    return _note(found, name, file.read_text("utf-8", "replace") if file.suffix == ".py" else "", file)


def _note(found: Code, name: str, text: str, file: Path | None) -> bool:
    name = name.removeprefix("./")
    found.tops.add(name.partition("/")[0].partition(".")[0])
    if name.endswith(".py"):
        found.texts[name] = text
        if file is not None:
            found.places[name] = file
    return True
