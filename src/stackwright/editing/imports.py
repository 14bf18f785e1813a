"""What a file calls the names of modules, and where an import belongs that it lacks."""

from __future__ import annotations

import symtable
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.helpers import get_full_name_for_node
from libcst.metadata import CodeRange

from stackwright.editing.edits import Edit


@dataclass(frozen=True, slots=True)
class _Import:
    """A name that an import at the top of the file makes."""

    name: str
    means: str
    line: int
    top: str


class Imports:
    """The imports of a file.

    Args:
        names: what Python makes of its names.
        ranges: where each node stands.
    """

    def __init__(
        self, module: cst.Module, names: symtable.SymbolTable, ranges: Mapping[cst.CSTNode, CodeRange]
    ) -> None:
        self._module = module
        self._table = names
        self._ranges = ranges
        self._made = list(self._imports())

    def means(self, written: str, dotted: str) -> bool:
        """Whether a name as it is written, such as `json.dumps`, is that of a module's, everywhere in the file."""
        first, _, rest = written.partition(".")
        meaning = self._meaning(first)
        return meaning is not None and (f"{meaning}.{rest}" if rest else meaning) == dotted

    def named(self, module: str, name: str) -> tuple[str, list[Edit]] | None:
        """See `Code.named`."""
        for wanted, written in ((f"{module}.{name}", "{}"), (module, f"{{}}.{name}")):
            for made in self._made:
                if made.means == wanted and self._meaning(made.name) == wanted:
                    return written.format(made.name), []
        if any(module in table.get_identifiers() and _binds(table, module) for table in self._tables()):
            return None
        return f"{module}.{name}", [self._new(module)]

    def _meaning(self, name: str) -> str | None:
        """What a name means, when one import makes it and nothing else does."""
        found = {made.means for made in self._made if made.name == name}
        if len(found) != 1:
            return None
        for table in self._tables():
            if name in table.get_identifiers() and _binds(table, name):
                symbol = table.lookup(name)
                if table.get_type() != "module" or symbol.is_assigned() or not symbol.is_imported():
                    return None
        return found.pop()

    def _tables(self) -> Iterator[symtable.SymbolTable]:
        left = [self._table]
        while left:
            table = left.pop()
            left += table.get_children()
            yield table

    def _imports(self) -> Iterator[_Import]:
        for statement in self._module.body:
            if not isinstance(statement, cst.SimpleStatementLine):
                continue
            for small in statement.body:
                if isinstance(small, cst.Import | cst.ImportFrom):
                    yield from _made_by(small, self._ranges[statement].start.line)

    def _new(self, module: str) -> Edit:
        """Above the first import of the same family, else below all imports, else where the code begins."""
        end = self._module.default_newline
        line = next((made.line for made in self._made if made.top.partition("_")[0] == module), 0)
        if not line:
            line = self._line_after_imports()
        return Edit(line, 1, line, 1, f"import {module}{end}")

    def _line_after_imports(self) -> int:
        first, *others = self._module.body
        last = first if _is_import(first) or self._module.get_docstring(clean=False) is not None else None
        if last is None:
            return self._ranges[first].start.line
        for statement in others:
            if not _is_import(statement):
                break
            last = statement
        return self._ranges[last].end.line + 1


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(small, cst.Import | cst.ImportFrom) for small in statement.body
    )


def _made_by(small: cst.Import | cst.ImportFrom, line: int) -> Iterator[_Import]:
    if isinstance(small, cst.Import):
        for alias in small.names:
            dotted = get_full_name_for_node(alias.name) or ""
            top = dotted.partition(".")[0]
            if alias.asname is not None:
                yield _Import(_text(alias.asname.name), dotted, line, top)
            else:
                yield _Import(top, top, line, top)
        return
    origin = "" if small.module is None else get_full_name_for_node(small.module) or ""
    if small.relative or isinstance(small.names, cst.ImportStar):
        return
    for alias in small.names:
        name = _text(alias.name)
        as_name = name if alias.asname is None else _text(alias.asname.name)
        yield _Import(as_name, f"{origin}.{name}", line, origin.partition(".")[0])


def _text(node: cst.BaseExpression) -> str:
    return get_full_name_for_node(node) or ""


def _binds(table: symtable.SymbolTable, name: str) -> bool:
    symbol = table.lookup(name)
    return symbol.is_imported() or symbol.is_assigned() or symbol.is_parameter() or symbol.is_namespace()
