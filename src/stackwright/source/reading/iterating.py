"""What is in containers, and what a loop goes over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from stackwright.source.facts import OutputUsed, Place
from stackwright.source.reading.machine import Machine, shown
from stackwright.source.values import (
    UNKNOWN,
    Const,
    DictValue,
    ListValue,
    Output,
    Plain,
    Scope,
    Value,
    alternatives,
    is_surely_output,
    join,
)

_MOST_ROUNDS: Final = 64


def elements(machine: Machine, value: Value, node: ast.expr, scope: Scope) -> ListValue:
    """What a loop over the value goes over. An Output cannot be gone over."""
    if is_surely_output(value):
        machine.report(OutputUsed(machine.place(node, scope), "iteration", shown(node)))
    parts = alternatives(value)
    if len(parts) == 1:
        return _of_one(parts[0])
    found = [_of_one(part) for part in parts if part != Const(None) and not isinstance(part, Output)]
    inside = [each for several in found for each in several.elements()]
    return ListValue([], join(inside) if inside else UNKNOWN)


def _of_one(value: Value) -> ListValue:
    if isinstance(value, ListValue):
        return value
    if isinstance(value, DictValue):
        return ListValue([Const(key) for key in value.items], UNKNOWN if value.rest is not None else None)
    if isinstance(value, Const) and isinstance(value.value, str) and len(value.value) <= _MOST_ROUNDS:
        return ListValue([Const(letter) for letter in value.value])
    if isinstance(value, Plain) and value.kind == "str":
        return ListValue([], Plain("str"))
    return ListValue([], UNKNOWN)


def rounds(several: ListValue) -> Iterator[tuple[Value, bool]]:
    """The values that a loop's name takes, one after the other; whether the round surely takes place once."""
    items = list(several.items)
    if len(items) > _MOST_ROUNDS:
        yield join(items), False
    else:
        for item in items:
            yield item, True
    if several.rest is not None:
        yield several.rest, False


def is_key(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def put(machine: Machine, owner: DictValue, key: Value, value: Value, place: Place | None, *, is_certain: bool) -> None:
    """`owner[key] = value`."""
    if isinstance(key, Const) and is_key(key.value):
        if not is_certain and key.value in owner.items:
            value = join([owner.items[key.value], value])
        owner.items[key.value] = value
        if place is not None:
            owner.places[key.value] = place
    else:
        owner.rest = value if owner.rest is None else join([owner.rest, value])
