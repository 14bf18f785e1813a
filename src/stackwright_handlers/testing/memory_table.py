"""A table in memory: small, but honest about conditional writes and transactions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..table.items import (
    MAX_TRANSACTION_WRITES,
    Attribute,
    Check,
    ConditionFailed,
    Delete,
    Guard,
    Item,
    Position,
    Put,
    Query,
    Refused,
    Scan,
    Write,
)
from .steps import Steps


def holds(guard: Guard, item: Item) -> bool:
    """Evaluate a guard as DynamoDB does: a comparison with an absent attribute is false."""
    return any(all(_check(check, item) for check in checks) for checks in guard)


def _check(check: Check, item: Item) -> bool:
    if check.operator == "absent":
        return check.attribute not in item
    if check.attribute not in item:
        return False
    value = item[check.attribute]
    if check.operator in (">=", "<"):
        assert not isinstance(value, str)
        assert not isinstance(check.value, str)
        return (value >= check.value) is (check.operator == ">=")
    return check.operator == "exists" or value == check.value


@dataclass
class MemoryTable:
    """Implements `items.Table`; every call is a step, such as `userId write`."""

    key: str
    steps: Steps = field(default_factory=Steps)
    rows: dict[str, dict[str, Attribute]] = field(default_factory=dict[str, dict[str, Attribute]])

    def get(self, item_id: str) -> Item | None:
        return self.steps.run(f"{self.key} get", lambda: self.peek(item_id))

    def peek(self, item_id: str) -> Item | None:
        return dict(self.rows[item_id]) if item_id in self.rows else None

    def write(self, write: Write) -> Item | ConditionFailed:
        def effect() -> Item | ConditionFailed:
            if not self._allowed(write):
                return ConditionFailed(self.peek(self._id(write)))
            before = self.peek(self._id(write))
            self._apply(write)
            return (self.peek(self._id(write)) if not isinstance(write, Delete) else before) or {}

        return self.steps.run(f"{self.key} write", effect)

    def transact(self, writes: Sequence[Write]) -> Refused | None:
        ids = [self._id(write) for write in writes]
        assert 1 <= len(writes) <= MAX_TRANSACTION_WRITES
        assert len(set(ids)) == len(ids), "DynamoDB refuses a transaction with two writes of one item"

        def effect() -> Refused | None:
            reasons = tuple(None if self._allowed(w) else ConditionFailed(self.peek(self._id(w))) for w in writes)
            if any(reasons):
                return Refused(reasons)
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

    def scan(self, scan: Scan, limit: int, after: Position | None) -> list[Item]:
        def place(partition: str, sort: str, item_id: str) -> tuple[str, str, str]:
            # Not DynamoDB's hash, which nobody knows; it is enough that nothing can count on the order.
            return hashlib.sha256(partition.encode("utf-8", "surrogatepass")).hexdigest(), sort, item_id

        def place_of(item: Item) -> tuple[str, str, str]:
            sort = str(item[scan.sort_key]) if scan.sort_key else ""
            return place(str(item[scan.attribute]), sort, str(item[self.key]))

        def effect() -> list[Item]:
            keys = {scan.attribute, *([scan.sort_key] if scan.sort_key else [])}
            found = sorted((row for row in self.rows.values() if keys <= row.keys()), key=place_of)
            if after is not None:
                start = place(after.partition or "", after.sort or "", after.item_id)
                found = [row for row in found if place_of(row) > start]
            return [dict(row) for row in found[:limit]]

        return self.steps.run(f"{self.key} scan", effect)

    def _id(self, write: Write) -> str:
        return str(write.item[self.key]) if isinstance(write, Put) else write.item_id

    def _allowed(self, write: Write) -> bool:
        return holds(write.guard, self.rows.get(self._id(write), {}))

    def _apply(self, write: Write) -> None:
        if isinstance(write, Put):
            self.rows[self._id(write)] = dict(write.item)
            return
        if isinstance(write, Delete):
            self.rows.pop(write.item_id, None)
            return
        row = self.rows.setdefault(write.item_id, {self.key: write.item_id})
        row.update(write.assign)
        for name, value in write.assign_once.items():
            row.setdefault(name, value)
        for name in write.remove:
            row.pop(name, None)
        for name, number in write.add.items():
            old = row.get(name, 0)
            assert isinstance(old, int | Decimal)
            row[name] = old + number
