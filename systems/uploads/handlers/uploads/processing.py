"""The workflow's tasks: check a file that has arrived and announce it; write down that this could not be done.

Tasks may run twice, late or in part; `lifecycle` says why that does no harm.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from stackwright_handlers.values import Clock, timestamp

from . import file_names, lifecycle
from .announcing import Announcer
from .errors import ObjectUnreadableError
from .ports import MetadataTable, ObjectStore, StoredObject
from .records import FileRecord, Status, object_expiry
from .signatures import HEAD_BYTES
from .type_check import contradiction

_REGULAR_KEY = re.compile(r"(?P<file_id>[0-9a-f-]{36})/.+", re.DOTALL)
_ORPHAN_REASON = "the object was not uploaded through this service"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that has arrived."""

    s3_key: str
    owner: str
    """The workflow execution, the same for all its attempts."""
    lease_seconds: int
    """For how long this invocation may still run."""
    request_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a file; `status` is None if it was deleted meanwhile."""

    file_id: str
    status: Status | None
    announcement: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Content:
    """What was read of an object; the checksum is None if the size alone decided."""

    size: int
    head: bytes
    sha256: str | None
    created: datetime


class Processor:
    """Runs the tasks."""

    def __init__(
        self,
        files: MetadataTable,
        objects: ObjectStore,
        announcer: Announcer,
        clock: Clock,
        expiration_days: int,
    ) -> None:
        self._files = files
        self._objects = objects
        self._announcer = announcer
        self._clock = clock
        self._expiration_days = expiration_days

    def process(self, arrival: Arrival) -> Outcome:
        """Check a file and, if it is what it was declared to be, announce it.

        Raises:
            InfrastructureError: something is not done yet; running the task again continues.
        """
        record = self._find(arrival.s3_key)
        if record is None:
            return self._stray(arrival)
        if record.status in (Status.UPLOADING, Status.FAILED):
            record = self._check(record)
        if record is not None and record.status is Status.AVAILABLE:
            record = self._announcer.announce(record, arrival.owner, arrival.lease_seconds)
        return _outcome(arrival.s3_key, record)

    def record_failure(self, arrival: Arrival, error: str) -> Outcome:
        """Leave a file explained after the workflow gave up.

        Args:
            arrival: the same as that of the task that failed.
            error: class name of the exception.

        Raises:
            InfrastructureError: the row could not be written.
        """
        record = self._find(arrival.s3_key)
        if record is None:
            return self._stray(arrival)
        if record.status is Status.UPLOADING:
            reason = f"the file could not be checked ({error})"
            changed = self._files.apply(record.file_id, lifecycle.gave_up(reason, self._expiry(self._clock())))
        elif error == "AnnouncementUnrecordedError":
            at = timestamp(self._clock())
            changed = self._files.apply(record.file_id, lifecycle.announced(arrival.owner, at))
        else:
            reason = f"the message could not be published ({error})"
            now = int(self._clock().timestamp())
            changed = self._files.apply(record.file_id, lifecycle.give_up_announcing(arrival.owner, now, reason))
        return _outcome(arrival.s3_key, changed or self._find(arrival.s3_key))

    def _find(self, s3_key: str) -> FileRecord | None:
        regular = _REGULAR_KEY.fullmatch(s3_key)
        record = self._files.get(regular["file_id"]) if regular else None
        if record is not None and record.s3_key == s3_key:
            return record
        return self._files.get(orphan_id_of(s3_key))

    def _check(self, record: FileRecord) -> FileRecord | None:
        """Decide on a file. Return its row afterwards, whoever decided, or None if it was deleted meanwhile."""
        try:
            with self._objects.open(record.s3_key) as stored:
                content = _read(stored, record.file_size)
        except ObjectUnreadableError:
            current = self._files.get(record.file_id)
            if current is None or current.status is Status.DELETING:
                return None
            raise
        changed = self._files.apply(record.file_id, self._verdict(record, content))
        return changed or self._files.get(record.file_id)

    def _verdict(self, record: FileRecord, content: _Content) -> lifecycle.Transition:
        expires_at = self._expiry(content.created)
        if content.sha256 is None:
            reason = f"declared {record.file_size} bytes, but the content is {content.size}"
        elif record.sha256 not in (None, content.sha256):
            reason = "the content does not match the declared sha256"
        else:
            complete = len(content.head) == content.size
            reason = contradiction(record.content_type, record.file_name, content.head, complete)
            if reason is None:
                return lifecycle.verified(content.size, content.sha256, expires_at)
        return lifecycle.rejected(reason, expires_at)

    def _stray(self, arrival: Arrival) -> Outcome:
        """Record an object that no request announced, unless it is gone because its file was deleted."""
        try:
            with self._objects.open(arrival.s3_key) as stored:
                size, created = stored.size, stored.created
        except ObjectUnreadableError:
            return _outcome(arrival.s3_key, None)
        orphan_id = orphan_id_of(arrival.s3_key)
        record = FileRecord(
            file_id=orphan_id,
            file_name=file_names.normalise(arrival.s3_key) or orphan_id,
            content_type="application/octet-stream",
            s3_key=arrival.s3_key,
            file_size=size,
            status=Status.ORPHANED,
            reason=_ORPHAN_REASON,
            upload_time=timestamp(created),
            request_id=arrival.request_id,
            expires_at=self._expiry(created),
        )
        self._files.create(record)
        return _outcome(arrival.s3_key, self._files.get(orphan_id))

    def _expiry(self, created: datetime) -> int:
        return object_expiry(created, self._expiration_days)


def orphan_id_of(s3_key: str) -> str:
    """Return the id under which a stray object is recorded: always the same for one key."""
    return f"orphan-{hashlib.sha256(s3_key.encode()).hexdigest()[:32]}"


def _read(stored: StoredObject, expected_size: int) -> _Content:
    """Read an object in constant memory; not at all if it has not the expected size."""
    if stored.size != expected_size:
        return _Content(stored.size, b"", None, stored.created)
    digest = hashlib.sha256()
    head = b""
    for chunk in stored.chunks():
        digest.update(chunk)
        head += chunk[: HEAD_BYTES - len(head)]
    return _Content(stored.size, head, digest.hexdigest(), stored.created)


def _outcome(s3_key: str, record: FileRecord | None) -> Outcome:
    if record is None:
        return Outcome(s3_key.partition("/")[0], None)
    return Outcome(record.file_id, record.status, record.announcement, record.reason)
