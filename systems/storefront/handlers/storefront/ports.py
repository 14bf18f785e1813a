"""What the domain needs from the world beside tables: on AWS from `s3` and `step_functions`, in tests in memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from stackwright_handlers import objects


class Remaining(Protocol):
    """Tells how long this invocation may still run."""

    def __call__(self) -> float:
        """Return seconds."""
        ...


class StoredObject(objects.StoredObject, Protocol):
    """An object that is being read, as far as this service looks at it."""

    @property
    def etag(self) -> str:
        """Tells this content under this key from another one."""
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
