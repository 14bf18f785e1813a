"""Files in a bucket that come in, are read and moved, as a domain sees them; on AWS from `s3`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from . import objects


class Remaining(Protocol):
    """Tells how long this invocation may still run."""

    def __call__(self) -> float:
        """Return seconds."""
        ...


class StoredFile(objects.StoredObject, Protocol):
    """A file that is being read."""

    @property
    def etag(self) -> str:
        """Tells this content under this key from another one."""
        ...


class FileStore(Protocol):
    """The files. All methods raise StorageError; those with an ETag raise ObjectChangedError if it is another."""

    def open(self, key: str, etag: str | None = None) -> AbstractContextManager[StoredFile | None]:
        """Open a file for reading; None if there is none."""
        ...

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file."""
        ...

    def move(self, source: str, target: str, etag: str) -> None:
        """Copy a file and then delete it. What was moved before by halves is moved whole."""
        ...
