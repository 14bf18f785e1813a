"""GET /files/{file_id}, GET /files and DELETE /files/{file_id}."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import cursors, file_names, lifecycle
from .errors import RequestError
from .ports import MetadataTable, ObjectStore, Position
from .records import FileRecord, Status

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

_FILE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Page:
    """Some files, newest first, and the cursor of the next page if there is one."""

    items: list[FileRecord]
    next_cursor: str | None


class Catalogue:
    """Shows and deletes files."""

    def __init__(self, files: MetadataTable, objects: ObjectStore, download_url_seconds: int) -> None:
        self._files = files
        self._objects = objects
        self._download_url_seconds = download_url_seconds

    def get(self, file_id: str) -> FileRecord:
        """Return a file's row.

        Raises:
            RequestError: 404, there is no such file.
            MetadataError: the table could not be read.
        """
        record = self._files.get(file_id) if _FILE_ID.fullmatch(file_id) else None
        if record is None:
            raise RequestError(404, "file_not_found", "There is no file with this id.")
        return record

    def download_url(self, record: FileRecord) -> str | None:
        """Return a URL that downloads the file for a while, or None unless the file is available."""
        if record.status is not Status.AVAILABLE:
            return None
        return self._objects.sign_get(
            record.s3_key,
            file_names.content_disposition(record.file_name),
            record.content_type,
            self._download_url_seconds,
        )

    def newest(self, limit: str | None, cursor: str | None) -> Page:
        """Return a page of rows.

        Raises:
            RequestError: 400, the limit or the cursor is none.
            MetadataError: the table could not be read.
        """
        size = _limit(limit)
        # One row more than asked for tells whether there is a next page.
        rows = self._files.newest(size + 1, _position(cursor))
        items = rows[:size]
        more = len(rows) > size
        return Page(items, cursors.encode(Position(items[-1].upload_time, items[-1].file_id)) if more else None)

    def delete(self, file_id: str) -> None:
        """Delete a file: mark its row, then the object, then the row. Unknown ids are deleted already.

        Raises:
            MetadataError, StorageError: the row, if it was marked, says `deleting`; deleting again completes it.
        """
        if not _FILE_ID.fullmatch(file_id):
            return
        record = self._files.apply(file_id, lifecycle.begin_delete())
        if record is None:
            return
        if record.upload_id is not None:
            self._objects.abort_multipart(record.s3_key, record.upload_id)
        self._objects.delete(record.s3_key)
        self._files.remove(file_id, lifecycle.MAY_BE_REMOVED)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise RequestError(
        400, "invalid_limit", f"limit is a whole number from 1 to {MAX_LIMIT}.", {"minimum": 1, "maximum": MAX_LIMIT}
    )


def _position(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    position = cursors.decode(cursor)
    if position is None:
        raise RequestError(400, "invalid_cursor", "cursor is not a nextCursor of this list.")
    return position
