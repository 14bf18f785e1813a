"""From the place of a finding to the words that an editor underlines."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from stackwright import trees
from stackwright.rules.finding import Place
from stackwright.rules.lines import Lines


@dataclass(frozen=True, slots=True)
class Span:
    """A part of one line; line and characters are counted from 0."""

    line: int
    start: int
    end: int


class Ranges:
    """Spans in the files of a project."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._ends: dict[str, dict[tuple[int, int], int]] = {}

    def of(self, place: Place) -> Span:
        """The expression at a place, to the end of its line at most; of a call, what is called."""
        texts = self._lines.lines(place.file)
        line = min(max(place.line, 1), max(len(texts), 1))
        text = texts[line - 1] if texts else ""
        last = len(text.rstrip())
        if not place.column:
            return Span(line - 1, len(text) - len(text.lstrip()), last)
        start = place.column - 1
        return Span(line - 1, start, max(start, self._ends_of(place.file).get((line, place.column), last)))

    def _ends_of(self, file: str) -> dict[tuple[int, int], int]:
        """Where the largest expression of one line ends that begins at a line and column."""
        if file not in self._ends:
            found: dict[tuple[int, int], int] = {}
            texts = self._lines.lines(file)
            try:
                tree = trees.parse("\n".join(texts))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                tree = ast.Module([], [])
            for node in ast.walk(tree):
                if not isinstance(node, (ast.expr, ast.alias)) or isinstance(node, ast.Call):
                    continue
                if node.end_lineno == node.lineno:
                    text = texts[node.lineno - 1]
                    key = (node.lineno, trees.column(text, node.col_offset))
                    found[key] = max(found.get(key, 0), trees.column(text, node.end_col_offset or 0) - 1)
            self._ends[file] = found
        return self._ends[file]
