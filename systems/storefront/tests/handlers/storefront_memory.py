"""The ports of the storefront in memory: small, but honest about conditional writes and transactions."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from steps import Steps
from storefront.cursors import Cursors
from storefront.errors import ObjectChangedError
from storefront.items import (
    MAX_TRANSACTION_WRITES,
    Attribute,
    Check,
    Guard,
    Item,
    Obstacle,
    Position,
    Put,
    Query,
    Refused,
    Write,
)
from storefront.orders import ORDER_ID
from storefront.pages import Pages
from storefront.ports import StoredObject
from storefront.products import PRODUCT_ID
from storefront.users import USER_ID

START = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def holds(guard: Guard, item: Item) -> bool:
    """Evaluate a guard as DynamoDB does: a comparison with an absent attribute is false."""
    return any(all(_check(check, item) for check in checks) for checks in guard)


def _check(check: Check, item: Item) -> bool:
    if check.operator == "absent":
        return check.attribute not in item
    if check.attribute not in item:
        return False
    value = item[check.attribute]
    if check.operator == ">=":
        assert not isinstance(value, str)
        assert not isinstance(check.value, str)
        return value >= check.value
    return check.operator == "exists" or value == check.value


@dataclass
class MemoryTable:
    key: str
    steps: Steps
    rows: dict[str, dict[str, Attribute]] = field(default_factory=dict[str, dict[str, Attribute]])

    def get(self, item_id: str) -> Item | None:
        return self.steps.run(f"{self.key} get", lambda: self.peek(item_id))

    def peek(self, item_id: str) -> Item | None:
        return dict(self.rows[item_id]) if item_id in self.rows else None

    def write(self, write: Write) -> Item | Obstacle:
        def effect() -> Item | Obstacle:
            if not self._allowed(write):
                return Obstacle(self.peek(self._id(write)))
            self._apply(write)
            return dict(self.rows[self._id(write)])

        return self.steps.run(f"{self.key} write", effect)

    def transact(self, writes: Sequence[Write]) -> Refused | None:
        ids = [self._id(write) for write in writes]
        assert 1 <= len(writes) <= MAX_TRANSACTION_WRITES
        assert len(set(ids)) == len(ids), "DynamoDB refuses a transaction with two writes of one item"

        def effect() -> Refused | None:
            obstacles = tuple(None if self._allowed(w) else Obstacle(self.peek(self._id(w))) for w in writes)
            if any(obstacles):
                return Refused(obstacles)
            for write in writes:
                self._apply(write)
            return None

        return self.steps.run(f"{self.key} transact", effect)

    def query(self, query: Query, limit: int, after: Position | None) -> list[Item]:
        def place(item: Item) -> tuple[str, str]:
            return str(item[query.sort_key]) if query.sort_key else "", str(item[self.key])

        def effect() -> list[Item]:
            keys = {query.attribute, *([query.sort_key] if query.sort_key else [])}
            found = [r for r in self.rows.values() if keys <= r.keys() and r[query.attribute] == query.value]
            found.sort(key=place, reverse=query.descending)
            if query.before is not None:
                found = [row for row in found if place(row)[0] < query.before]
            if after is not None:
                start = (after.sort or "", after.item_id)
                found = [row for row in found if (place(row) < start if query.descending else place(row) > start)]
            return [dict(row) for row in found[:limit]]

        return self.steps.run(f"{self.key} query", effect)

    def _id(self, write: Write) -> str:
        return str(write.item[self.key]) if isinstance(write, Put) else write.item_id

    def _allowed(self, write: Write) -> bool:
        return holds(write.guard, self.rows.get(self._id(write), {}))

    def _apply(self, write: Write) -> None:
        if isinstance(write, Put):
            self.rows[self._id(write)] = dict(write.item)
            return
        row = self.rows.setdefault(write.item_id, {self.key: write.item_id})
        row.update(write.assign)
        for name, value in write.assign_once.items():
            row.setdefault(name, value)
        for name, number in write.add.items():
            old = row.get(name, 0)
            assert isinstance(old, int | Decimal)
            row[name] = old + number


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
