"""Which values of a simulated graph are the program's own words.

The others are made up: what AWS computes, what look-ups answer, settings that nobody has given. Nothing may be said of
what such a value looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from stackwright.graph import Graph, Resource, Value, reveal

_SHORT: Final = 4  # characters; shorter texts stand in others by chance


class Known:
    """The values that a program itself gives.

    Args:
        graph: with made-up values.
        unknown: the same program's, with everything unknown that AWS computes; None when it was not run so.
        assumed: values of settings that nobody has given.
    """

    def __init__(self, graph: Graph, unknown: Graph | None = None, assumed: Iterable[str] = ()) -> None:
        self._unknown: Mapping[str, Resource] = unknown.by_urn() if unknown is not None else {}
        answers = {
            text for call in graph.invokes if call.simulated for text in {*_texts(call.result)} - {*_texts(call.args)}
        }
        assumed = frozenset(assumed)
        made_up = {*assumed, *answers} - {"", "true", "false"}
        self._exactly = frozenset(made_up)
        self._numbers = tuple(int(text) for text in assumed if text.isdecimal() and int(text) > 1)
        self._anywhere = tuple(sorted(text for text in made_up if len(text) >= _SHORT))

    def gives(self, resource: Resource, path: str, value: Value) -> bool:
        """Whether a value, of an input at a path such as `rules.0.status`, is what the program has written.

        A text may be a document of which only some parts are not known; a value in one counts as written.
        """
        if self._is_made_up(reveal(value)):
            return False
        key, *steps = path.split(".")
        if _at(resource.inputs.get(key), steps) != reveal(value):
            return True
        other = self._unknown.get(resource.urn)
        if other is None:
            return not resource.property_dependencies.get(key)
        return _at(other.inputs.get(key), steps) == reveal(value)

    def gives_key(self, resource: Resource, path: str) -> bool:
        """Whether the program gives a key of a mapping, at a path such as `environment.variables.PORT`."""
        holder, _, name = path.rpartition(".")
        key, *steps = holder.split(".")
        other = self._unknown.get(resource.urn)
        if other is None:
            return not resource.property_dependencies.get(key)
        found = _at(other.inputs.get(key), steps)
        return isinstance(found, Mapping) and name in found and not self._is_made_up(name)

    def _is_made_up(self, value: Value) -> bool:
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, (Mapping, list, tuple)):
            return any(self._is_made_up(part) for part in _parts(value))
        if isinstance(value, int) and any(value % number == 0 for number in self._numbers):
            return True  # as hours that were made seconds
        text = str(value)
        if "on an Output[T] is not supported" in text:
            return True  # what it should have been is not known; OUT111 says so
        return text in self._exactly or any(part in text for part in self._anywhere)


def _at(value: Value, steps: list[str]) -> Value:
    """What a path leads to; `UNKNOWN` where that is not known."""
    value = reveal(value)
    for step in steps:
        if isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(step)
        elif isinstance(value, list):
            items = cast("list[Any]", value)
            value = items[int(step)] if step.isdigit() and int(step) < len(items) else None
        else:
            break
    return value


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return (*mapping, *mapping.values())
    return cast("Iterable[Any]", value)


def _texts(value: Any) -> Iterator[str]:
    value = reveal(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for part in _parts(value):
            yield from _texts(part)
