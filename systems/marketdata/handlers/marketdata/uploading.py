"""POST /upload: a job, and a place to send its file to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from stackwright_handlers.bodies import Body
from stackwright_handlers.table.items import ConditionFailed, Table
from stackwright_handlers.values import Clock, timestamp

from . import jobs
from .jobs import Job
from .keys import incoming_key
from .ports import DataFiles, SignedUpload
from .schemas import SCHEMAS

URL_SECONDS: Final = 900
_NAMESPACE: Final = uuid.UUID("2f1c55c6-8a0e-5b39-93a4-7be0c9d2b6f4")
_BODY = Body(SCHEMAS["upload"])


@dataclass(frozen=True, slots=True)
class Slot:
    """A job that waits for its file."""

    job: Job
    upload: SignedUpload
    expires_at: str


class Uploading:
    """Opens jobs."""

    def __init__(self, table: Table, files: DataFiles, clock: Clock, kept_days: int) -> None:
        self._table = table
        self._files = files
        self._clock = clock
        self._kept_days = kept_days

    def open(self, body: str | None, scope: str | None) -> Slot:
        """Open a job: the same one for the same scope.

        Raises:
            RequestError: 400, the body is not as the schema says.
            TableError: the job could not be written.
        """
        values = _BODY.read(body)
        now = self._clock()
        job_id = str(uuid.uuid4() if scope is None else uuid.uuid5(_NAMESPACE, scope))
        expires = int((now + timedelta(days=self._kept_days)).timestamp())
        written = self._table.write(
            jobs.create(job_id, incoming_key(job_id, values["filename"]), timestamp(now), expires)
        )
        # Under an Idempotency-Key an attempt that crashed may have written it.
        item = written.item if isinstance(written, ConditionFailed) else written
        assert item is not None
        job = Job.from_item(item)
        upload = self._files.sign_put(job.key, values.get("sizeBytes"), URL_SECONDS)
        return Slot(job, upload, timestamp(now + timedelta(seconds=URL_SECONDS)))
