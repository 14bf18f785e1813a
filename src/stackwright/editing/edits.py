"""Edits: what of a text is replaced by what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A part of a file and what stands there instead; lines and columns count from 1, columns in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    def to_json(self) -> dict[str, Any]:
        """As `check --format json` has it."""
        return {
            "line": self.line,
            "column": self.column,
            "endLine": self.end_line,
            "endColumn": self.end_column,
            "text": self.text,
        }


class Positions:
    """Offsets of lines and columns in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """Of a line and column, both from 1."""
        return self._starts[line - 1] + column - 1

    @property
    def lines(self) -> int:
        """How many there are; a text that ends with a line end has an empty one at last."""
        return len(self._starts)

    def span(self, edit: Edit) -> tuple[int, int]:
        """Where an edit begins and ends."""
        return self.offset(edit.line, edit.column), self.offset(edit.end_line, edit.end_column)


def fit(edits: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether both can be made of one text: each edit is among the others, or touches none of them."""
    known = set(others)
    return all(edit in known or not any(_touch(edit, other) for other in known) for edit in edits)


def fit_together(edits: Iterable[Edit]) -> bool:
    """Whether no two of them touch each other."""
    in_order = sorted(set(edits))
    return not any(_touch(one, other) for one, other in pairwise(in_order))


def _touch(one: Edit, other: Edit) -> bool:
    return (one.line, one.column) <= (other.end_line, other.end_column) and (other.line, other.column) <= (
        one.end_line,
        one.end_column,
    )


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits, none of which touch each other."""
    positions = Positions(text)
    for edit in sorted(set(edits), reverse=True):
        start, end = positions.span(edit)
        text = text[:start] + edit.text + text[end:]
    return text
