"""Records of a DynamoDB stream, as Lambda gets them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..errors import InvalidRecordError
from .ports import TypedItem


@dataclass(frozen=True, slots=True)
class Change:
    """An item as it was after a change; None when it was deleted."""

    sequence: str
    key: TypedItem
    item: TypedItem | None


def sequence_of(record: object) -> str:
    """Return the number that a record is known by.

    Raises:
        InvalidRecordError: it has none.
    """
    try:
        return str(cast("Any", record)["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        raise InvalidRecordError("an input is no record of a DynamoDB stream") from None


def change_of(record: Mapping[str, Any]) -> Change:
    """Return what a record says.

    Raises:
        InvalidRecordError: it is no record of a stream, or of one without new images.
    """
    sequence, kind, told = sequence_of(record), record.get("eventName"), record["dynamodb"]
    if kind not in ("INSERT", "MODIFY", "REMOVE") or "Keys" not in told:
        raise InvalidRecordError(f"record {sequence} is a {kind}, which is no change of an item")
    if kind == "REMOVE":
        return Change(sequence, _decoded(told["Keys"]), None)
    if "NewImage" not in told:
        raise InvalidRecordError(f"record {sequence} has no NewImage: the stream must show NEW_AND_OLD_IMAGES")
    return Change(sequence, _decoded(told["Keys"]), _decoded(told["NewImage"]))


def _decoded(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: _value(value) for name, value in item.items()}


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """Binary values come as base64, since the event is JSON; at any depth."""
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: b64decode(content)}
    if kind == "BS":
        return {kind: [b64decode(each) for each in content]}
    if kind == "M":
        return {kind: _decoded(content)}
    if kind == "L":
        return {kind: [_value(each) for each in cast("Sequence[Mapping[str, Any]]", content)]}
    return {kind: content}
