"""A file of Python that is to be edited: what stands where, and edits of it."""

from __future__ import annotations

import re
import symtable
import warnings
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Final, TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from stackwright.editing.edits import Edit, Positions, applied, fit_together
from stackwright.editing.imports import Imports

Kind = TypeVar("Kind", bound=cst.CSTNode)


_AFTER_COMMA: Final = re.compile(r",[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)")


class NotEditable(Exception):
    """The file is no Python, or would not stay as it is."""


class Code:
    """One file.

    Args:
        text: as it is, with its line ends.

    Raises:
        NotEditable: it cannot be parsed, or cannot be written again byte for byte.
    """

    def __init__(self, text: str) -> None:
        try:
            self.module = cst.parse_module(text)
            self._names = symtable.symtable(text, "", "exec")
        except (cst.ParserSyntaxError, SyntaxError, RecursionError, ValueError) as error:
            raise NotEditable("it is not valid Python") from error
        if self.module.code != text:
            raise NotEditable("it would not stay as it is")
        self.text = text
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)  # a tree fresh from the parser repeats no node
        self._ranges = wrapper.resolve(PositionProvider)
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._positions = Positions(text)

    @cached_property
    def imports(self) -> Imports:
        """What names of the file mean."""
        return Imports(self.module, self._names, self._ranges)

    # ---- what stands where -------------------------------------------------------------------------------------------

    def at(self, line: int, column: int, kind: type[Kind]) -> Kind | None:
        """The outermost node of a kind that begins exactly there."""
        begin = (line, column - 1)
        found = [n for n, place in self._of(kind) if (place.start.line, place.start.column) == begin]
        return max(found, key=lambda node: self._length(self._ranges[node]), default=None)

    def exactly(self, line: int, column: int, end_line: int, end_column: int, kind: type[Kind]) -> Kind | None:
        """The node of a kind that begins and ends there."""
        wanted = ((line, column - 1), (end_line, end_column - 1))
        for node, place in self._of(kind):
            if ((place.start.line, place.start.column), (place.end.line, place.end.column)) == wanted:
                return node
        return None

    def around(self, line: int, column: int, kind: type[Kind]) -> Iterator[Kind]:
        """Nodes of a kind that a place lies in, from inside to outside."""
        where = (line, column - 1)
        found = [
            (self._length(place), node)
            for node, place in self._of(kind)
            if (place.start.line, place.start.column) <= where < (place.end.line, place.end.column)
        ]
        yield from (node for _, node in sorted(found, key=lambda each: each[0]))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node is part of."""
        return self._parents.get(node)

    def inside(self, node: cst.CSTNode, kind: type[Kind]) -> Iterator[Kind]:
        """Nodes of a kind in a node, itself among them."""
        yield from _all_of(node, kind)

    def written(self, node: cst.CSTNode) -> str:
        """A node as the file has it, with its own parentheses."""
        return self.module.code_for_node(node).strip()

    def line(self, number: int) -> str:
        """A line without its end."""
        start = self._positions.offset(number, 1)
        end = self._positions.offset(number + 1, 1) if number < self.line_count else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines there are; after the last line end is an empty one."""
        return self._positions.lines

    def begins(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column, both from 1."""
        start = self._ranges[node].start
        return start.line, start.column + 1

    def begins_line(self, node: cst.CSTNode) -> str | None:
        """The indentation before a node that is the first of its line; None when it is not."""
        start = self._ranges[node].start
        offset = self._positions.offset(start.line, 1)
        before = self.text[offset : offset + start.column]
        return None if before.strip() else before

    def keeps(self, edits: Collection[Edit], *, comments: bool = True) -> bool:
        """Whether the file is valid Python with these edits, and has all comments that it had."""
        if not fit_together(edits):
            return False
        text = applied(self.text, edits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            try:
                compile(text, "", "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                return False
        if not comments or not any("#" in each for edit in edits for each in (edit.text, self._replaced(edit))):
            return True
        return _comments(self.module) == _comments(cst.parse_module(text))

    def _replaced(self, edit: Edit) -> str:
        start, end = self._positions.span(edit)
        return self.text[start:end]

    def _of(self, kind: type[Kind]) -> Iterator[tuple[Kind, CodeRange]]:
        for node, place in self._ranges.items():
            if isinstance(node, kind):
                yield node, place

    def _length(self, place: CodeRange) -> int:
        start, end = self._offsets(place)
        return end - start

    def _offsets(self, place: CodeRange) -> tuple[int, int]:
        offset = self._positions.offset
        return offset(place.start.line, place.start.column + 1), offset(place.end.line, place.end.column + 1)

    # ---- edits -------------------------------------------------------------------------------------------------------

    def replace(self, node: cst.CSTNode, text: str) -> Edit:
        """Put a text in the place of a node; parentheses around it stay."""
        place = self._ranges[node]
        start, end = self._offsets(place)
        if text and _is_word(text[0]) and _is_word(self.text[start - 1 : start]):
            text = f" {text}"  # return"…"
        if text and _is_word(text[-1]) and _is_word(self.text[end : end + 1]):
            text = f"{text} "
        return Edit(place.start.line, place.start.column + 1, place.end.line, place.end.column + 1, text)

    def before(self, node: cst.CSTNode, text: str) -> Edit:
        """Put a text before a node."""
        start = self._ranges[node].start
        return Edit(start.line, start.column + 1, start.line, start.column + 1, text)

    def after(self, node: cst.CSTNode, text: str) -> Edit:
        """Put a text after a node."""
        end = self._ranges[node].end
        return Edit(end.line, end.column + 1, end.line, end.column + 1, text)

    def line_end(self, node: cst.CSTNode) -> Callable[[str], Edit] | None:
        """Puts a text at the end of the line of a node and its comma; None when more than a comment follows."""
        end = self._ranges[node].end
        _, start = self._offsets(self._ranges[node])
        rest = _AFTER_COMMA.match(self.text, start)
        if rest is None:
            return None
        column = end.column + 1 + len(rest[0])
        return lambda text: Edit(end.line, column, end.line, column, text)

    def named(self, module: str, name: str) -> tuple[str, list[Edit]] | None:
        """How the file may call a name of a module, and the import that it needs for it.

        None when the file means something else by that name.
        """
        return self.imports.named(module, name)


def _comments(module: cst.Module) -> list[str]:
    """Sorted: an edit may put an argument before or after one."""
    return sorted(comment.value for comment in _all_of(module, cst.Comment))


def _all_of(node: cst.CSTNode, kind: type[Kind]) -> Iterator[Kind]:
    if isinstance(node, kind):
        yield node
    for child in node.children:
        yield from _all_of(child, kind)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
