"""Files in memory: honest about ETags, and about copying and deleting being two steps."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import ObjectChangedError
from ..files import StoredFile
from .steps import Steps


@dataclass
class MemoryFile:
    """A file; implements `files.StoredFile`."""

    content: bytes
    content_type: str = "text/csv"
    chunk_size: int = 1000

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), self.chunk_size):
            yield self.content[start : start + self.chunk_size]


@dataclass
class MemoryFiles:
    """Implements `files.FileStore`; every call is a step, such as `open`."""

    steps: Steps
    objects: dict[str, MemoryFile] = field(default_factory=dict[str, MemoryFile])

    @contextmanager
    def open(self, key: str, etag: str | None = None) -> Generator[StoredFile | None]:
        yield self.steps.run("open", lambda: self._matching(key, etag))

    def put(self, key: str, content: bytes, content_type: str) -> None:
        def effect() -> None:
            self.objects[key] = MemoryFile(content, content_type)

        self.steps.run("put", effect)

    def move(self, source: str, target: str, etag: str) -> None:
        def copy() -> bool:
            found = self._matching(source, etag)
            if found is not None:
                self.objects[target] = found
            return found is not None

        if self.steps.run("copy", copy) and self.steps.run("delete", lambda: self._matching(source, etag)):
            del self.objects[source]

    def _matching(self, key: str, etag: str | None) -> MemoryFile | None:
        found = self.objects.get(key)
        if found is not None and etag not in (None, found.etag):
            raise ObjectChangedError("another object")
        return found
