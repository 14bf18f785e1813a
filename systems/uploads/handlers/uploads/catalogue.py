"""GET /files/{file_id}, GET /files and DELETE /files/{file_id}."""

from __future__ import annotations

import re

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.errors import RequestError
from stackwright_handlers.pages import Page, PageRequest, page_of
from stackwright_handlers.table.items import Position

from . import file_names, lifecycle
from .ports import MetadataTable, ObjectStore
from .records import FileRecord, Status

_FILE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Catalogue:
    """Shows and deletes files."""

    def __init__(self, files: MetadataTable, objects: ObjectStore, cursors: Cursors, download_url_seconds: int) -> None:
        self._cursors = cursors
        self._files = files
        self._objects = objects
        self._download_url_seconds = download_url_seconds

    def get(self, file_id: str) -> FileRecord:
        """Return a file's row.

        Raises:
            RequestError: 404, there is no such file.
            TableError: the table could not be read.
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

    def newest(self, request: PageRequest) -> Page[FileRecord]:
        """Return a page of rows.

        Raises:
            RequestError: 400, the limit or the cursor is none.
            TableError, SecretError: the table or the key could not be read.
        """
        return page_of(
            request, "files", self._cursors, self._files.newest, lambda r: Position(r.file_id, r.upload_time)
        )

    def delete(self, file_id: str) -> None:
        """Delete a file: mark its row, then the object, then the row. Unknown ids are deleted already.

        Raises:
            TableError, StorageError: the row, if it was marked, says `deleting`; deleting again completes it.
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
