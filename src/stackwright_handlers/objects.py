"""Objects of S3, as a domain sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class StoredObject(Protocol):
    """An object that is being read."""

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Return the bytes piece by piece, once; raises StorageError."""
        ...
