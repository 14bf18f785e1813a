"""Lists, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .cursors import Cursors
from .errors import RequestError
from .table.items import Item, Position, Query, Scan, Table

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


def page_of(
    request: PageRequest,
    scope: str,
    cursors: Cursors,
    find: Callable[[int, Position | None], list[T]],
    position_of: Callable[[T], Position],
) -> Page[T]:
    """Return a page of a list.

    Args:
        request: as the client sent it.
        scope: names the list, so that its cursors are none of another's.
        cursors: make and read them.
        find: gives at most so many items that come after a position.
        position_of: where an item stands in the list.

    Raises:
        RequestError: 400, the limit or the cursor is none.
        InfrastructureError: the items or the key could not be read.
    """
    limit = _limit(request.limit)
    # One item more than asked for tells whether there is a next page.
    found = find(limit + 1, _position(request.cursor, scope, cursors))
    items = found[:limit]
    more = len(found) > limit
    return Page(items, cursors.encode(scope, position_of(items[-1])) if more else None)


class Pages:
    """Pages of one table's indexes."""

    def __init__(self, table: Table, id_attribute: str, cursors: Cursors) -> None:
        self._table = table
        self._id_attribute = id_attribute
        self._cursors = cursors

    def page(self, wanted: Query | Scan, request: PageRequest, build: Callable[[Item], T]) -> Page[T]:
        """Return a page of what `build` makes of the items; raises as `page_of` does."""

        def position_of(item: Item) -> Position:
            sort = None if wanted.sort_key is None else str(item[wanted.sort_key])
            partition = str(item[wanted.attribute]) if isinstance(wanted, Scan) else None
            return Position(str(item[self._id_attribute]), sort, partition)

        def find(limit: int, after: Position | None) -> list[Item]:
            if isinstance(wanted, Scan):
                return self._table.scan(wanted, limit, after)
            return self._table.query(wanted, limit, after)

        # A list is named by its index and by what its items have in common, if anything.
        scope = wanted.index if isinstance(wanted, Scan) else f"{wanted.index}={wanted.value}"
        page = page_of(request, scope, self._cursors, find, position_of)
        return Page([build(item) for item in page.items], page.next_cursor)


def _position(cursor: str | None, scope: str, cursors: Cursors) -> Position | None:
    if cursor is None:
        return None
    position = cursors.decode(scope, cursor)
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
