"""Items of a table, and conditional writes on them, as data.

The domain says what shall be written and under which condition; `dynamodb.DynamoDbTable` does it, and
`stackwright_handlers.testing.MemoryTable` does it in memory. A write happens whole or not at all, and so does a
transaction. Whoever asks learns what was in the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

Attribute = str | int | Decimal
Item = Mapping[str, Attribute]

MAX_TRANSACTION_WRITES = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of an attribute; an absent attribute satisfies only `absent`."""

    attribute: str
    operator: Literal["=", ">=", "<", "exists", "absent"]
    value: Attribute = 0


Guard = tuple[tuple[Check, ...], ...]
"""Alternatives, of which one must hold; all checks of an alternative must hold."""

ALWAYS: Guard = ((),)


def absent(attribute: str) -> Guard:
    """No item, or none with this attribute."""
    return ((Check(attribute, "absent"),),)


@dataclass(frozen=True, slots=True)
class Put:
    """Writes a whole item."""

    item: Item
    guard: Guard


@dataclass(frozen=True, slots=True)
class Update:
    """Changes attributes of an item, which comes into being if there is none and the guard allows it."""

    item_id: str
    guard: Guard
    assign: Item = field(default_factory=dict[str, Attribute])
    assign_once: Item = field(default_factory=dict[str, Attribute])
    """Written where the attribute is absent."""
    add: Mapping[str, int] = field(default_factory=dict[str, int])
    """Added to the number; an absent one counts as 0."""
    remove: Sequence[str] = ()
    """Attributes that are dropped."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes an item, if there is one; a guard may say that there must be."""

    item_id: str
    guard: Guard = ALWAYS


Write = Put | Update | Delete


@dataclass(frozen=True, slots=True)
class ConditionFailed:
    """A guard did not hold for the item as it is, or because there is none."""

    item: Item | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A transaction did not happen: for each of its writes, in order, what was in the way, or None."""

    reasons: tuple[ConditionFailed | None, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Items of an index that have a value in common.

    Args:
        index: its name.
        attribute: the index's partition key.
        value: what the items have in common.
        sort_key: the index's sort key, if it has one.
        descending: order by the sort key.
        before: only items whose sort key is smaller; needs a sort key.
    """

    index: str
    attribute: str
    value: str
    sort_key: str | None = None
    descending: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """All items of an index; those that lack one of its keys are not in it.

    Items with one partition key stand together, by sort key. Partitions stand in the order of a hash, which is none.

    Args:
        index: its name.
        attribute: the index's partition key.
        sort_key: the index's sort key, if it has one.
    """

    index: str
    attribute: str
    sort_key: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list.

    Args:
        item_id: the item's id.
        sort: its sort key, if the index has one.
        partition: its partition key; only in a scan, where it is not the same for all.
    """

    item_id: str
    sort: str | None
    partition: str | None = None


class Table(Protocol):
    """A table whose items have one key attribute. `get`, `write` and `transact` see and make changes at once.

    All raise TableError.
    """

    def get(self, item_id: str) -> Item | None:
        """Return the item, if there is one."""
        ...

    def write(self, write: Write) -> Item | ConditionFailed:
        """Write and return the item as it is now (for a Delete as it was), or what is in the way."""
        ...

    def transact(self, writes: Sequence[Write]) -> Refused | None:
        """Do all writes or none; each is to another item."""
        ...

    def query(self, query: Query, limit: int, after: Position | None) -> list[Item]:
        """Return at most `limit` items that come after a position."""
        ...

    def scan(self, scan: Scan, limit: int, after: Position | None) -> list[Item]:
        """Return at most `limit` items that come after a position."""
        ...
