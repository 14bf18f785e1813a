"""The ports of the storefront in memory: small, but honest about conditional writes and transactions."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storefront.errors import ObjectChangedError
from storefront.orders import ORDER_ID
from storefront.ports import StoredObject
from storefront.products import PRODUCT_ID
from storefront.users import USER_ID

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.pages import Pages
from stackwright_handlers.testing import MemoryTable, Steps

START = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


@dataclass
class MemoryObject:
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
class MemoryObjects:
    steps: Steps
    objects: dict[str, MemoryObject] = field(default_factory=dict[str, MemoryObject])

    @contextmanager
    def open(self, key: str, etag: str | None = None) -> Generator[StoredObject | None]:
        yield self.steps.run("open", lambda: self._matching(key, etag))

    def put(self, key: str, content: bytes, content_type: str) -> None:
        def effect() -> None:
            self.objects[key] = MemoryObject(content, content_type)

        self.steps.run("put", effect)

    def move(self, source: str, target: str, etag: str) -> None:
        def copy() -> bool:
            found = self._matching(source, etag)
            if found is not None:
                self.objects[target] = found
            return found is not None

        if self.steps.run("copy", copy) and self.steps.run("delete", lambda: self._matching(source, etag)):
            del self.objects[source]

    def _matching(self, key: str, etag: str | None) -> MemoryObject | None:
        found = self.objects.get(key)
        if found is not None and etag not in (None, found.etag):
            raise ObjectChangedError("another object")
        return found


@dataclass
class MemoryWorkflow:
    """Starts nothing; remembers what was to be started."""

    steps: Steps
    started: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        assert len(name) <= 80

        def effect() -> bool:
            if name in self.started:
                return False
            self.started[name] = payload
            return True

        return self.steps.run("start", effect)


class MemoryWorld:
    """All ports, one clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START
        self.steps = Steps()
        self.users = MemoryTable(USER_ID, self.steps)
        self.orders = MemoryTable(ORDER_ID, self.steps)
        self.products = MemoryTable(PRODUCT_ID, self.steps)
        self.objects = MemoryObjects(self.steps)
        self.workflow = MemoryWorkflow(self.steps)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def cursor_key(self) -> bytes:
        return self.steps.run("secret", lambda: b"0123456789abcdef")

    def pages(self, table: MemoryTable) -> Pages:
        return Pages(table, table.key, Cursors(self.cursor_key))
