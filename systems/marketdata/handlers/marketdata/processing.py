"""A file of `incoming/` to records. Every attempt comes to the same end, so that none needs to know of another.

What is to be written depends on the content alone (`tally`), and no two writes have the same key. So writes may be
repeated, and come in any order and from several attempts at once. `writtenLine` of the job is only to save work.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from itertools import chain, count, islice
from typing import Final, TypeVar

from stackwright_handlers.csv_records import FileFault
from stackwright_handlers.errors import InfrastructureError
from stackwright_handlers.files import Remaining, StoredFile
from stackwright_handlers.table.items import ConditionFailed, Item, Table
from stackwright_handlers.values import Clock, timestamp
from stackwright_handlers.workflow import Workflow

from . import jobs
from .errors import ProcessingUnfinishedError
from .jobs import Job, State
from .keys import FAILED, PROCESSED, job_of, moved, report_key
from .lanes import Lanes
from .ports import BATCH, DataFiles, Record, Records
from .tally import NumberedRow, check_large, rows_to_write, tally_of

ROUND: Final = 40
"""Batches between two notes on the progress."""
_SECONDS_TO_STOP: Final = 10.0

T = TypeVar("T")


class Processor:
    """Processes files.

    Args:
        table: of the jobs.
        kept: the records.
        files: the bucket.
        workflow: takes files that are larger than `largest` bytes.
        clock: tells the time.
        pool: writes batches at the same time; without one they are written one after another.
    """

    def __init__(
        self,
        table: Table,
        kept: Records,
        files: DataFiles,
        workflow: Workflow,
        clock: Clock,
        largest: int,
        pool: Executor | None = None,
    ) -> None:
        self._table = table
        self._kept = kept
        self._files = files
        self._workflow = workflow
        self._clock = clock
        self._largest = largest
        self._lanes = Lanes(pool)

    def run(self, key: str, remaining: Remaining) -> dict[str, object]:
        """Process a file and move it; say what came of it.

        Raises:
            ProcessingUnfinishedError: time is up; another attempt continues.
            InfrastructureError: likewise; after the last attempt the job says so.
        """
        job_id = job_of(key)
        with self._files.open(key) as stored:
            if stored is None:
                return {"outcome": "gone"}
            etag, size = stored.etag, stored.size
            item = None if job_id is None else self._start(job_id, etag)
            if job_id is None or item is None:
                return self._refuse(key, etag)
            job = Job.from_item(item)
            if job.closed:
                # An earlier attempt got as far as that, but not to moving the file.
                return self._move(key, job, etag)
            try:
                if size > self._largest:
                    check_large(stored.chunks(), lambda: remaining() >= _SECONDS_TO_STOP)
                    return self._hand_over(job_id, key, etag)
                return self._process(key, job, stored, remaining)
            except FileFault as fault:
                return self._move(key, self._end(jobs.close(job_id, etag, str(fault), self._now()), job), etag)
            except InfrastructureError as error:
                # Not the message, which may hold internals.
                reason = f"processing was given up after several attempts: {type(error).__name__}"
                self._table.write(jobs.give_up(job_id, etag, reason, self._now()))
                raise

    def _start(self, job_id: str, etag: str) -> Item | None:
        """Begin an attempt; None if the file does not belong to the job."""
        written = self._table.write(jobs.start(job_id, etag, self._now()))
        if not isinstance(written, ConditionFailed):
            return written
        if written.item is not None and written.item.get("etag") == etag:
            return written.item
        return None

    def _hand_over(self, job_id: str, key: str, etag: str) -> dict[str, object]:
        """Start the workflow, under another name if it has run for this job before: then it failed."""
        names = chain([job_id], (f"{job_id}-{number}" for number in count(2)))
        payload = {"jobId": job_id, "key": key, "etag": etag}
        name = next(name for name in names if self._workflow.start(name, payload))
        return {"outcome": "handed over", "jobId": job_id, "execution": name}

    def _process(self, key: str, job: Job, stored: StoredFile, remaining: Remaining) -> dict[str, object]:
        tally, superseded = tally_of(stored.chunks())
        with self._files.open(key, stored.etag) as again:
            if again is None:
                return {"outcome": "gone"}
            rows = rows_to_write(again.chunks(), superseded, job.written_line)
            self._write(job, stored.etag, rows, remaining)
        report = report_key(job.job_id) if tally.rejected else None
        if report is not None:
            self._files.put(report, tally.report(key), "application/json")
        ended = self._end(jobs.finish(job.job_id, stored.etag, tally, report, self._now()), job)
        return self._move(key, ended, stored.etag)

    def _write(self, job: Job, etag: str, rows: Iterator[NumberedRow], remaining: Remaining) -> None:
        """Write all rows. One round is read while the one before is written."""
        write, line = self._kept.write_batch, 0
        under_way = self._lanes.begin(write, list[list[Record]]())
        try:
            while found := list(islice(rows, ROUND * BATCH)):
                late = remaining() < _SECONDS_TO_STOP
                kept = [Record(r.row.symbol, r.row.timestamp, r.row.numbers, job.job_id, r.line) for r in found]
                before, under_way = under_way, self._lanes.begin(write, _batches([] if late else kept))
                before.results()
                if line:
                    self._table.write(jobs.progress(job.job_id, etag, line))
                if late:
                    raise ProcessingUnfinishedError(f"the job {job.job_id} stops before line {found[0].line}")
                line = found[-1].line
            under_way.results()
        finally:
            under_way.stop()

    def _end(self, update: jobs.Update, job: Job) -> Job:
        """Bring a job to its end, and return it as another attempt has ended it, if one was faster."""
        written = self._table.write(update)
        item = written.item if isinstance(written, ConditionFailed) else written
        return job if item is None else Job.from_item(item)

    def _move(self, key: str, job: Job, etag: str) -> dict[str, object]:
        self._files.move(key, moved(key, FAILED if job.state is State.FAILED else PROCESSED), etag)
        counts = {"total": job.total, "accepted": job.accepted, "rejected": job.rejected, "superseded": job.superseded}
        return {"outcome": str(job.state), "jobId": job.job_id, **counts}

    def _refuse(self, key: str, etag: str) -> dict[str, object]:
        """Put aside a file that no job waits for, such as a second one for the same job."""
        self._files.move(key, moved(key, FAILED), etag)
        return {"outcome": "refused"}

    def _now(self) -> str:
        return timestamp(self._clock())


def _batches(kept: list[T]) -> Iterator[list[T]]:
    return (kept[start : start + BATCH] for start in range(0, len(kept), BATCH))
