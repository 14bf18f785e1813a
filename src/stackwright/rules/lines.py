"""From a resource's line to the argument that is meant."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from stackwright.rules.finding import Place
from stackwright.trees import column

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """`source_arn` of `sourceArn`."""
    return _WORD_START.sub("_", name).lower()


class Lines:
    """The texts of a project's files, read when they are asked for.

    Args:
        root: what positions are relative to; None when there are no files.
        texts: what stands in for what some files hold.
    """

    def __init__(self, root: Path | None, texts: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._texts = {file: text.split("\n") for file, text in (texts or {}).items()}
        self._calls: dict[str, dict[int, list[ast.Call]]] = {}
        self._statements: dict[str, list[tuple[int, int]]] = {}

    @property
    def root(self) -> Path | None:
        """What positions are relative to."""
        return self._root

    def lines(self, file: str) -> list[str]:
        """A file's lines; none when it cannot be read."""
        if file not in self._texts:
            try:
                text = "" if self._root is None else (self._root / file).read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            self._texts[file] = text.split("\n")
        return self._texts[file]

    def text(self, file: str, line: int) -> str:
        """One line without its indentation."""
        found = self.lines(file)
        return found[line - 1].strip() if 0 < line <= len(found) else ""

    def argument(self, file: str, line: int, path: str) -> tuple[int, int]:
        """Line and column of an input in the call that begins at a line; of the call when it does not say it.

        Args:
            path: names of inputs, from outside to inside, as `environment.variables`.
        """
        calls = self._calls_of(file).get(line, [])
        for call in calls:
            node: ast.expr = call
            for part in path.split(".") if path else []:
                inner = _member(node, part)
                if inner is None:
                    break
                node = inner
            if node is not call:
                return node.lineno, self._column(file, node)
        return (line, self._column(file, calls[0])) if calls else (line, 0)

    def calls(self, file: str, name: str) -> Iterator[ast.Call]:
        """Calls in a file of what has this name at the end: `export` of `pulumi.export`."""
        for calls in self._calls_of(file).values():
            for call in calls:
                called = call.func
                found = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if found == name:
                    yield call

    def statement(self, file: str, line: int) -> int:
        """The first line of the innermost statement that a line is part of."""
        self._calls_of(file)
        return max((first for first, last in self._statements[file] if first <= line <= last), default=line)

    def place(self, urn: str, file: str, line: int, path: str = "") -> Place:
        """A place in a file."""
        if not file:
            return Place(urn, path=path)
        at, column = self.argument(file, line, path)
        return Place(urn, file, at, column, path)

    def _column(self, file: str, node: ast.expr) -> int:
        return column(self.lines(file)[node.lineno - 1], node.col_offset)

    def _calls_of(self, file: str) -> dict[int, list[ast.Call]]:
        if file not in self._calls:
            found: dict[int, list[ast.Call]] = {}
            try:
                tree = ast.parse("\n".join(self.lines(file)))
            except (SyntaxError, ValueError, RecursionError):
                tree = ast.Module([], [])
            statements: list[tuple[int, int]] = []
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    found.setdefault(node.lineno, []).append(node)
                elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
                    statements.append((node.lineno, node.end_lineno or node.lineno))
            self._calls[file], self._statements[file] = found, statements
        return self._calls[file]


def _member(node: ast.expr, name: str) -> ast.expr | None:
    wanted = {name, snake(name)}
    match node:
        case ast.Call():
            for keyword in node.keywords:
                if keyword.arg in wanted:
                    return keyword.value
            # A structure may be the only argument of what makes it: `json.dumps({...})`, `Output.all(...)`.
            return next((found for arg in node.args if (found := _member(arg, name)) is not None), None)
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in wanted:
                    return value
            return None
        case ast.List() | ast.Tuple():
            if name.isdigit():
                return node.elts[int(name)] if int(name) < len(node.elts) else None
            return next((found for item in node.elts if (found := _member(item, name)) is not None), None)
        case _:
            return None


def python_files(root: Path) -> Iterator[Path]:
    """The project's own Python files: not those of environments and caches."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in ("__pycache__", "node_modules", "site-packages"):
            continue
        if path.is_dir():
            if not path.is_symlink() and not (path / "pyvenv.cfg").exists():
                yield from python_files(path)
        elif path.suffix == ".py":
            yield path
