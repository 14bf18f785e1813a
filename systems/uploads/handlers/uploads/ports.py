"""What the domain needs from outside. `dynamodb`, `s3` and `sns` provide it on AWS, the tests in memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stackwright_handlers import objects
from stackwright_handlers.table.items import Guard, Position

from .lifecycle import Transition
from .records import FileRecord


class MetadataTable(Protocol):
    """The rows. Every method but `newest` sees and makes changes at once; all raise TableError."""

    def create(self, record: FileRecord) -> bool:
        """Write a new row; False if there is one with this id."""
        ...

    def get(self, file_id: str) -> FileRecord | None:
        """Return the row, if there is one."""
        ...

    def apply(self, file_id: str, transition: Transition) -> FileRecord | None:
        """Apply the transition and return the new row, or None if its guard does not hold."""
        ...

    def remove(self, file_id: str, guard: Guard) -> bool:
        """Remove the row; False if the guard does not hold."""
        ...

    def newest(self, limit: int, after: Position | None) -> list[FileRecord]:
        """Return at most `limit` rows, newest first, that come after a position."""
        ...


class StoredObject(objects.StoredObject, Protocol):
    """An object that is being read, as far as this service looks at it."""

    @property
    def created(self) -> datetime:
        """When the object was written, which is what its expiry counts from."""
        ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that a client may make in the function's name for a while."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Headers that the client must send with exactly these values."""


class ObjectStore(Protocol):
    """The objects. All methods raise StorageError; signing calls nobody."""

    def put(self, key: str, content: bytes, content_type: str, sha256: str) -> None:
        """Write an object; the store refuses bytes that do not match the hexadecimal checksum."""
        ...

    def open(self, key: str) -> AbstractContextManager[StoredObject]:
        """Open an object for reading; raises ObjectUnreadableError if it is absent."""
        ...

    def delete(self, key: str) -> None:
        """Delete an object; an absent one is no error."""
        ...

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin a multipart upload and return its id."""
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Give up a multipart upload; one that is complete or gone is no error."""
        ...

    def sign_put(self, key: str, content_type: str, size: int, sha256: str | None, seconds: int) -> SignedRequest:
        """Sign writing the whole object, once."""
        ...

    def sign_part(self, key: str, upload_id: str, number: int, size: int, seconds: int) -> SignedRequest:
        """Sign writing one part."""
        ...

    def sign_complete(self, key: str, upload_id: str, seconds: int) -> SignedRequest:
        """Sign putting the parts together, once."""
        ...

    def sign_get(self, key: str, content_disposition: str, content_type: str, seconds: int) -> str:
        """Return a URL that reads the object, with these response headers."""
        ...


class Topic(Protocol):
    """Where uploads are announced."""

    def publish(self, subject: str, message: str) -> None:
        """Publish a message; raises AnnouncementError."""
        ...
