"""One message per available file: claim it, publish it, write that down."""

from __future__ import annotations

import json

from stackwright_handlers.errors import TableError
from stackwright_handlers.values import Clock, timestamp

from . import file_names, lifecycle
from .errors import AnnouncementError, AnnouncementInProgressError, AnnouncementUnrecordedError
from .ports import MetadataTable, Topic
from .records import Announcement, FileRecord, Status

MIN_LEASE_SECONDS = 60


class Announcer:
    """Publishes messages, each at most once; `lifecycle` says what can still lead to a second one."""

    def __init__(self, files: MetadataTable, topic: Topic, clock: Clock) -> None:
        self._files = files
        self._topic = topic
        self._clock = clock

    def announce(self, record: FileRecord, owner: str, lease_seconds: int) -> FileRecord | None:
        """Announce an available file unless that has been done.

        Args:
            record: the file's row as last seen.
            owner: who claims it; the same for all attempts of one workflow execution.
            lease_seconds: for how long this invocation may still run.

        Returns:
            The row afterwards, or None if the file was deleted meanwhile.

        Raises:
            AnnouncementError: SNS refused; the claim is released.
            AnnouncementInProgressError: another run has the claim.
            AnnouncementUnrecordedError: published, but that could not be written down.
            TableError: not published.
        """
        if record.announcement is Announcement.ANNOUNCED:
            return record
        now = int(self._clock().timestamp())
        until = now + max(lease_seconds, MIN_LEASE_SECONDS)
        claimed = self._files.apply(record.file_id, lifecycle.claim(owner, now, until))
        if claimed is None:
            return self._not_ours(record.file_id)
        self._publish(claimed, owner)
        return self._write_down(claimed, owner)

    def _not_ours(self, file_id: str) -> FileRecord | None:
        current = self._files.get(file_id)
        if current is None or current.status is Status.DELETING:
            return None
        if current.announcement is Announcement.ANNOUNCED:
            return current
        raise AnnouncementInProgressError("another run is announcing this file")

    def _publish(self, record: FileRecord, owner: str) -> None:
        try:
            self._topic.publish(file_names.subject(record.file_name), message(record))
        except AnnouncementError:
            self._files.apply(record.file_id, lifecycle.release(owner))
            raise

    def _write_down(self, record: FileRecord, owner: str) -> FileRecord | None:
        try:
            marked = self._files.apply(record.file_id, lifecycle.announced(owner, timestamp(self._clock())))
        except TableError as error:
            raise AnnouncementUnrecordedError("published, but the row still says claimed") from error
        return marked or self._files.get(record.file_id)


def message(record: FileRecord) -> str:
    """Return the body of the message about a file."""
    return json.dumps(
        {
            "event": "file_uploaded",
            "file_id": record.file_id,
            "file_name": record.file_name,
            "s3_key": record.s3_key,
            "upload_time": record.upload_time,
        }
    )
