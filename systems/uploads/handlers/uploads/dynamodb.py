"""The metadata table on DynamoDB."""

from __future__ import annotations

from typing import Final

from stackwright_handlers.table.dynamodb import DynamoDbTable
from stackwright_handlers.table.items import ConditionFailed, Delete, Guard, Item, Position, Put, Query, Update, Write

from .lifecycle import NEW, Transition
from .records import LISTING, FileRecord

FILE_ID: Final = "file_id"

_NEWEST: Final = Query("upload-time-index", "listing", LISTING, sort_key="upload_time", descending=True)


class DynamoDbMetadataTable:
    """Implements `ports.MetadataTable`."""

    def __init__(self, table: DynamoDbTable) -> None:
        self._table = table

    def create(self, record: FileRecord) -> bool:
        """Write a new row."""
        return self._written(Put(record.attributes(), NEW)) is not None

    def get(self, file_id: str) -> FileRecord | None:
        """Return the row."""
        item = self._table.get(file_id)
        return None if item is None else FileRecord.from_item(item)

    def apply(self, file_id: str, transition: Transition) -> FileRecord | None:
        """Apply a transition."""
        item = self._written(update_of(file_id, transition))
        return None if item is None else FileRecord.from_item(item)

    def remove(self, file_id: str, guard: Guard) -> bool:
        """Remove the row."""
        return self._written(Delete(file_id, guard)) is not None

    def newest(self, limit: int, after: Position | None) -> list[FileRecord]:
        """Return a page of rows."""
        return [FileRecord.from_item(item) for item in self._table.query(_NEWEST, limit, after)]

    def _written(self, write: Write) -> Item | None:
        written = self._table.write(write)
        return None if isinstance(written, ConditionFailed) else written


def update_of(file_id: str, transition: Transition) -> Update:
    """Return a transition as a write."""
    return Update(file_id, transition.guard, assign=transition.assign, remove=transition.remove)
