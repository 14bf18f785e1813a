"""Keeps secrets secret on their way from inputs to outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from stackwright.graph import Properties, Secret, Value


def carry_over(outputs: Properties, inputs: Properties, additional: Iterable[str] = ()) -> dict[str, Value]:
    """The outputs, with a secret wherever the input of that name has one, and at the names in `additional`.

    A list with a secret in it becomes secret as a whole, because its items have no names to match by.
    """
    marked = {key: _like(value, inputs.get(key)) for key, value in outputs.items()}
    for key in additional:
        if key in marked and not isinstance(marked[key], Secret):
            marked[key] = Secret(marked[key])
    return marked


def _like(value: Value, pattern: Value) -> Value:
    match pattern:
        case Secret():
            return value if isinstance(value, Secret) else Secret(value)
        case Mapping() if isinstance(value, Mapping):
            parts = cast("Mapping[str, Any]", pattern)
            return {k: _like(v, parts.get(k)) for k, v in cast("Mapping[str, Any]", value).items()}
        case list() | tuple() if contains_secret(pattern):
            return Secret(value)
        case _:
            return value


def contains_secret(value: Value) -> bool:
    """Whether any part of the value is secret."""
    match value:
        case Secret():
            return True
        case Mapping():
            return any(contains_secret(v) for v in cast("Mapping[str, Any]", value).values())
        case list() | tuple():
            return any(contains_secret(v) for v in cast("list[Any]", value))
        case _:
            return False
