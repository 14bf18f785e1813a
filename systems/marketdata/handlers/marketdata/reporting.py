"""GET /status/{jobId}: how far a job is, and what became of its rows."""

from __future__ import annotations

import re
from typing import Final

from stackwright_handlers.errors import RequestError
from stackwright_handlers.table.items import Table

from .jobs import Job
from .ports import DataFiles

URL_SECONDS: Final = 900
# Other items of the table have longer ids, so that no request reaches them.
_JOB_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Reporting:
    """Reports on jobs."""

    def __init__(self, table: Table, files: DataFiles) -> None:
        self._table = table
        self._files = files

    def status(self, job_id: str) -> dict[str, object]:
        """Return what a client may know of a job.

        Raises:
            RequestError: 404, there is none.
            TableError: it could not be read.
        """
        item = self._table.get(job_id) if _JOB_ID.fullmatch(job_id) else None
        if item is None:
            raise RequestError(404, "job_not_found", "There is no job with this id.")
        job = Job.from_item(item)
        report_url = None if job.report_key is None else self._files.sign_get(job.report_key, URL_SECONDS)
        optional = {
            "reason": job.reason,
            "reportUrl": report_url,
            "startedAt": job.started_at,
            "finishedAt": job.finished_at,
        }
        return {
            "jobId": job.job_id,
            "state": str(job.state),
            "rows": {
                "total": job.total,
                "accepted": job.accepted,
                "rejected": job.rejected,
                "superseded": job.superseded,
            },
            "rejectedRows": [each.as_json() for each in job.rejected_rows],
            "createdAt": job.created_at,
            **{name: value for name, value in optional.items() if value is not None},
        }
