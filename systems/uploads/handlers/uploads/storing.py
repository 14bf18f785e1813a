"""POST /upload and POST /uploads: first the row, then the object, so that no object is ever without explanation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from stackwright_handlers.errors import TableError
from stackwright_handlers.values import Clock, timestamp

from . import file_names
from .ports import MetadataTable, ObjectStore, SignedRequest
from .records import UNFINISHED_UPLOAD_SECONDS, FileRecord, Status
from .requests import InlineUpload, ReservedUpload

SINGLE_UPLOAD_BYTES = 100 * 1024 * 1024
"""A larger file is sent in parts, so that a broken connection does not cost all of it."""

UPLOAD_URL_SECONDS = 3600
"""How long a client may take to send a large file."""

_MIB = 1024 * 1024
_MIN_PART_BYTES = 16 * _MIB
# One signed URL takes up to 2 KB, and an answer must fit into an item of the idempotency table (400 KB).
_MAX_PARTS = 100

# Namespace of the file ids that come from an Idempotency-Key; any constant would do.
_NAMESPACE = uuid.UUID("8a4e3f0e-5d0c-4b52-9a43-0f0a5f3f9d27")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload; number from 1, size in bytes."""

    number: int
    size: int
    request: SignedRequest


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a client needs to send a large file: one request, or parts and a request that completes them."""

    record: FileRecord
    put: SignedRequest | None = None
    parts: tuple[Part, ...] = ()
    complete: SignedRequest | None = None


class Storing:
    """Takes in files.

    A request with an idempotency scope always gets the same file id. So a retry after a crash, which the idempotency
    table cannot tell from a first attempt, continues the first one instead of storing the file twice.
    """

    def __init__(self, files: MetadataTable, objects: ObjectStore, clock: Clock) -> None:
        self._files = files
        self._objects = objects
        self._clock = clock

    def store(self, upload: InlineUpload, request_id: str, scope: str | None) -> FileRecord:
        """Store a file that came with the request.

        Args:
            upload: the file.
            request_id: noted in the row.
            scope: identifies the request across retries; None for a request that is not repeatable.

        Raises:
            TableError, StorageError: the row says `uploading` if it was written, and its TTL removes it.
        """
        now = self._clock()
        record = _record(upload, len(upload.content), _file_id(scope), request_id, now)
        current = self._create_or_find(record)
        if current.status in (Status.UPLOADING, Status.FAILED):
            self._objects.put(current.s3_key, upload.content, current.content_type, upload.sha256)
        return current

    def reserve(self, upload: ReservedUpload, request_id: str, scope: str | None) -> Reservation:
        """Prepare for a file that the client will send to S3; see `store` for the arguments.

        Raises:
            TableError, StorageError: nothing that a client could use was handed out.
        """
        now = self._clock()
        record = _record(upload, upload.size, _file_id(scope), request_id, now)
        if upload.size <= SINGLE_UPLOAD_BYTES:
            current = self._create_or_find(record)
            put = self._objects.sign_put(
                current.s3_key, current.content_type, upload.size, upload.sha256, UPLOAD_URL_SECONDS
            )
            return Reservation(current, put=put)
        return self._reserve_parts(record)

    def _reserve_parts(self, draft: FileRecord) -> Reservation:
        upload_id = self._objects.start_multipart(draft.s3_key, draft.content_type)
        try:
            current = self._create_or_find(replace(draft, upload_id=upload_id))
        except TableError:
            self._objects.abort_multipart(draft.s3_key, upload_id)
            raise
        if current.upload_id != upload_id:
            # An earlier attempt has begun already and parts may have been sent to it, or the file is complete and
            # the requests signed here will be refused.
            self._objects.abort_multipart(draft.s3_key, upload_id)
            upload_id = current.upload_id or upload_id
        parts = tuple(
            Part(number, size, self._objects.sign_part(current.s3_key, upload_id, number, size, UPLOAD_URL_SECONDS))
            for number, size in enumerate(part_sizes(current.file_size), start=1)
        )
        complete = self._objects.sign_complete(current.s3_key, upload_id, UPLOAD_URL_SECONDS)
        return Reservation(current, parts=parts, complete=complete)

    def _create_or_find(self, record: FileRecord) -> FileRecord:
        while not self._files.create(record):
            existing = self._files.get(record.file_id)
            # It is gone again if a DELETE came in between.
            if existing is not None:
                return existing
        return record


def part_sizes(size: int) -> list[int]:
    """Return the sizes of the parts of a file: equal ones of whole MiB, at most 100, the last one smaller."""
    whole_mib = -(-size // (_MAX_PARTS * _MIB)) * _MIB
    part = max(_MIN_PART_BYTES, whole_mib)
    full, rest = divmod(size, part)
    return [part] * full + ([rest] if rest else [])


def _file_id(scope: str | None) -> str:
    return str(uuid.uuid4() if scope is None else uuid.uuid5(_NAMESPACE, scope))


def _record(
    upload: InlineUpload | ReservedUpload, size: int, file_id: str, request_id: str, now: datetime
) -> FileRecord:
    return FileRecord(
        file_id=file_id,
        file_name=upload.file_name,
        content_type=upload.content_type,
        s3_key=file_names.object_key(file_id, upload.file_name),
        file_size=size,
        sha256=upload.sha256,
        status=Status.UPLOADING,
        upload_time=timestamp(now),
        request_id=request_id,
        expires_at=int(now.timestamp()) + UNFINISHED_UPLOAD_SECONDS,
    )
