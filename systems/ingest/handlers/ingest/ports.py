"""What the domain needs from the world: on AWS from `dynamodb`, in tests in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from stackwright_handlers.table.items import Item


@dataclass(frozen=True, slots=True)
class Keys:
    """What the table calls the id of an item and its time."""

    hash_key: str
    range_key: str


class Items(Protocol):
    """The table of items."""

    def add(self, item: Item) -> bool:
        """Write an item; False if one with its key is there, which stays as it is. Raises TableError."""
        ...
