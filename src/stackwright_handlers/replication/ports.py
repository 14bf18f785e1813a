"""What replication needs from the world: on AWS from `dynamodb` and `failures`, in tests in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

TypedItem = Mapping[str, Mapping[str, Any]]
"""An item, or its key, with types, as streams tell of it: copied as it is, whatever it holds."""


class Copy(Protocol):
    """The copy of the table. Raises InfrastructureError."""

    def write(self, key: TypedItem, item: TypedItem | None) -> None:
        """Replace the item; None deletes it."""
        ...


class Source(Protocol):
    """The table itself. Raises InfrastructureError."""

    def get(self, key: TypedItem) -> TypedItem | None:
        """Return the item as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Records that Lambda has given up.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """

    receipt: str
    stream_arn: str
    shard_id: str
    first: str
    last: str


class Failures(Protocol):
    """The queue of what was given up. Raises InfrastructureError."""

    def receive(self) -> Sequence[Failure]:
        """Return some; none when there are no more. They are hidden from others for a while."""
        ...

    def done(self, failure: Failure) -> None:
        """Take it out of the queue."""
        ...


class Stream(Protocol):
    """The table's stream, which keeps records for 24 hours. Raises InfrastructureError."""

    def keys(self, failure: Failure) -> Iterator[TypedItem]:
        """Return the keys of the records, in order."""
        ...
