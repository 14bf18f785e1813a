"""Values of JSON documents, taken for what they should be: what is of another kind is AWS's to refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast


def as_map(value: Any) -> Mapping[str, Any]:
    """What is no mapping is an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """What is no list is an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def maps(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings of a list with their positions; a mapping alone stands for a list of one."""
    for position, item in enumerate(cast("list[Any]", value if isinstance(value, list) else [value])):
        if isinstance(item, Mapping):
            yield position, cast("Mapping[str, Any]", item)
