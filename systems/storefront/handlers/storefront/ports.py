"""What the domain needs from the world. `dynamodb`, `s3`, `step_functions` and `secret` provide it on AWS, the tests in
memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from .items import Item, Obstacle, Position, Query, Refused, Write


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the present moment, with its time zone."""
        ...


class Remaining(Protocol):
    """Tells how long this invocation may still run."""

    def __call__(self) -> float:
        """Return seconds."""
        ...


class Table(Protocol):
    """A table. Every method but `query` sees and makes changes at once; all raise TableError."""

    def get(self, item_id: str) -> Item | None:
        """Return the item, if there is one."""
        ...

    def write(self, write: Write) -> Item | Obstacle:
        """Write and return the item as it is now, or what is in the way."""
        ...

    def transact(self, writes: Sequence[Write]) -> Refused | None:
        """Do all writes or none; each is to another item."""
        ...

    def query(self, query: Query, limit: int, after: Position | None) -> list[Item]:
        """Return at most `limit` items that come after a position."""
        ...


class StoredObject(Protocol):
    """An object that is being read."""

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...

    @property
    def etag(self) -> str:
        """Tells this content under this key from another one."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Return the bytes piece by piece, once; raises StorageError."""
        ...


class ObjectStore(Protocol):
    """The objects. All methods raise StorageError; those with an ETag raise ObjectChangedError if it is another."""

    def open(self, key: str, etag: str | None = None) -> AbstractContextManager[StoredObject | None]:
        """Open an object for reading; None if there is none."""
        ...

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Write an object."""
        ...

    def move(self, source: str, target: str, etag: str) -> None:
        """Copy an object and then delete it. What was moved before by halves is moved whole."""
        ...


class Workflow(Protocol):
    """The workflow of orders."""

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        """Start an execution; False if the name was used before. Raises WorkflowStartError."""
        ...


class CursorKey(Protocol):
    """The key that signs cursors."""

    def __call__(self) -> bytes:
        """Return the key; raises SecretError."""
        ...
