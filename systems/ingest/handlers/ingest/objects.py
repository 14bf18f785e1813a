"""Events of S3 about new objects, as EventBridge delivers them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from stackwright_handlers.table.items import Item
from stackwright_handlers.values import timestamp

from .errors import UnknownEventError
from .ports import Keys


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What an event tells of an object."""

    bucket: str
    key: str
    """As it is: unlike notifications of S3, EventBridge does not encode it."""
    version: str
    """Empty where the bucket has no versions."""
    sequencer: str
    size: int
    etag: str
    stored_at: datetime

    @property
    def item_id(self) -> str:
        """The same for the same write, however often S3 and EventBridge tell of it, and no other's."""
        told = json.dumps([self.bucket, self.key, self.version, self.sequencer])
        return hashlib.sha256(told.encode()).hexdigest()

    def item(self, environment: str, keys: Keys) -> Item:
        """The item that is kept of it."""
        return {
            keys.hash_key: self.item_id,
            keys.range_key: timestamp(self.stored_at),
            "bucket": self.bucket,
            "key": self.key,
            "size": Decimal(self.size),
            "etag": self.etag,
            "environment": environment,
        }


def stored_object(event: Mapping[str, Any], bucket_name: str) -> StoredObject:
    """Return what an event tells.

    Raises:
        UnknownEventError: it is not about a new object in this bucket, or does not say what it must.
    """
    if (event.get("source"), event.get("detail-type")) != ("aws.s3", "Object Created"):
        raise UnknownEventError("the event is not one of S3 about a new object")
    try:
        detail = event["detail"]
        told = StoredObject(
            bucket=_text(detail["bucket"]["name"]),
            key=_text(detail["object"]["key"]),
            version=_version(detail["object"].get("version-id")),
            sequencer=_text(detail["object"]["sequencer"]),
            size=_size(detail["object"]["size"]),
            etag=_text(detail["object"]["etag"]),
            stored_at=_moment(event["time"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnknownEventError(f"the event lacks something or says it in another form: {error!r}") from None
    if told.bucket != bucket_name:
        raise UnknownEventError("the event is about another bucket")
    return told


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"{type(value).__name__} in place of a text")


def _version(value: object) -> str:
    return "" if value is None else _text(value)


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError("size is no number of bytes")


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(cast("str", value))
    if moment.tzinfo is None:
        raise ValueError("the time has no time zone")
    return moment
