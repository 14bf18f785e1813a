"""Keeps secrets secret on their way from inputs to outputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from stackwright.graph import Properties, Secret, Value

MASK: Final = "[secret]"
_SHORTEST: Final = 4  # characters; to mask less would cripple the text and hide nothing


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


def masking(value: Value) -> Callable[[str], str]:
    """A function that takes the secrets in `value` out of a text."""
    # The longest first: one secret may be a part of another.
    texts = sorted({text for text in _secret_texts(value) if len(text) >= _SHORTEST}, key=len, reverse=True)

    def masked(text: str) -> str:
        for secret in texts:
            text = text.replace(secret, MASK)
        return text

    return masked


def _secret_texts(value: Value, *, is_secret: bool = False) -> Iterator[str]:
    match value:
        case Secret(inner):
            yield from _secret_texts(inner, is_secret=True)
        case Mapping():
            for part in cast("Mapping[str, Any]", value).values():
                yield from _secret_texts(part, is_secret=is_secret)
        case list() | tuple():
            for part in cast("list[Any]", value):
                yield from _secret_texts(part, is_secret=is_secret)
        case str() if is_secret:
            # As it stands, and as it stands inside of JSON and of Python's own notation.
            yield from (value, json.dumps(value)[1:-1], repr(value)[1:-1])
        case int() | float() if is_secret and not isinstance(value, bool):
            yield str(value)
        case _:
            return
