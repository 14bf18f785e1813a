"""JSON with Outputs in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi


def json_text(document: Any) -> pulumi.Output[str]:
    """The document as JSON text, as `Output.json_dumps` gives it.

    That one makes an Output of every value at every depth, thousands for a system such as uploads. Here only those that
    are there are waited for.
    """
    outputs: list[pulumi.Output[Any]] = []

    def collect(value: Any) -> None:
        if isinstance(value, pulumi.Output):
            outputs.append(cast("pulumi.Output[Any]", value))
        else:
            for part in _parts(value):
                collect(part)

    collect(document)
    if not outputs:
        return pulumi.Output.from_input(json.dumps(document))
    return pulumi.Output.all(*outputs).apply(lambda values: json.dumps(_filled(document, iter(values))))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(cast("Mapping[str, Any]", value).values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(cast("Sequence[Any]", value))
    return []


def _filled(value: Any, values: Any) -> Any:
    # Visits in the order of `collect`, so each Output meets its own value.
    if isinstance(value, pulumi.Output):
        return next(values)
    if isinstance(value, Mapping):
        return {name: _filled(part, values) for name, part in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_filled(part, values) for part in cast("Sequence[Any]", value)]
    return value
