"""Places in the source, as findings have them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stackwright.rules.finding import Place, Related
from stackwright.rules.lines import snake
from stackwright.rules.view import Node, View
from stackwright.source import facts


def place(found: facts.Place) -> Place:
    """Where a fact stands."""
    return Place(file=found.file, line=found.line, column=found.column)


def related(fact: facts.Fact, message: str) -> tuple[Related, ...]:
    """The other places of a fact."""
    return tuple(Related(message, place(at)) for at, _ in fact.related)


def meant(suggestions: tuple[str, ...], otherwise: str) -> str:
    """What to write instead of a name that is not there."""
    if not suggestions:
        return otherwise
    return f"Did you mean {' or '.join(f'`{name}`' for name in suggestions)}?"


def described(node: Node) -> str:
    """`the bucket policy 'site'`: a resource and its settings often have one name."""
    return f"the {snake(node.kind.rpartition(':')[2]).replace('_', ' ')} {node.name!r}"


def exported(graph: View, name: str) -> Place | None:
    """Where the program exports an output of this name."""
    for file, call in called(graph, "export"):
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == name:
            return Place(file=file, line=call.lineno, column=call.col_offset + 1)
    return None


def called(graph: View, name: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of what has this name, in the files that have to do with the making of resources."""
    frames = (frame for node in graph for frame in (node.resource.source, *node.resource.stack) if frame)
    for file in dict.fromkeys(frame.file for frame in frames):
        yield from ((file, call) for call in graph.lines.calls(file, name))
