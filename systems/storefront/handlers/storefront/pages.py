"""Lists, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .cursors import Cursors
from .errors import RequestError
from .items import Item, Position, Query
from .ports import Table

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`limit` and `cursor` as the client sent them."""

    limit: str | None
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor of the next page if there is one."""

    items: list[T]
    next_cursor: str | None


class Pages:
    """Pages of one table's indexes."""

    def __init__(self, table: Table, id_attribute: str, cursors: Cursors) -> None:
        self._table = table
        self._id_attribute = id_attribute
        self._cursors = cursors

    def page(self, query: Query, request: PageRequest, build: Callable[[Item], T]) -> Page[T]:
        """Return a page of what `build` makes of the items.

        Raises:
            RequestError: 400, the limit or the cursor is none.
            TableError, SecretError: the table or the key could not be read.
        """
        limit = _limit(request.limit)
        # A list is named by its index and by what its items have in common.
        scope = f"{query.index}={query.value}"
        # One item more than asked for tells whether there is a next page.
        found = self._table.query(query, limit + 1, self._position(scope, request.cursor))
        items = found[:limit]
        cursor = None
        if len(found) > limit:
            last = items[-1]
            sort = None if query.sort_key is None else str(last[query.sort_key])
            cursor = self._cursors.encode(scope, Position(str(last[self._id_attribute]), sort))
        return Page([build(item) for item in items], cursor)

    def _position(self, scope: str, cursor: str | None) -> Position | None:
        if cursor is None:
            return None
        position = self._cursors.decode(scope, cursor)
        if position is None:
            raise RequestError(400, "invalid_cursor", "cursor is not a nextCursor of this list.")
        return position


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise RequestError(
        400, "invalid_limit", f"limit is a whole number from 1 to {MAX_LIMIT}.", {"minimum": 1, "maximum": MAX_LIMIT}
    )
