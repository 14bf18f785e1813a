"""The ports of marketdata in memory, and a world made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from marketdata.jobs import JOB_ID, Job
from marketdata.keys import incoming_key
from marketdata.mapping import Mapper
from marketdata.ports import BATCH, Record, SignedUpload
from marketdata.processing import Processor
from marketdata.uploading import Uploading

from stackwright_handlers.testing import MemoryFile, MemoryFiles, MemoryTable, MemoryWorkflow, Steps

START = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


@dataclass
class MemoryRecords:
    """Implements `ports.Records`; every batch is a step."""

    steps: Steps
    rows: dict[tuple[str, int], Record] = field(default_factory=dict[tuple[str, int], Record])

    def write_batch(self, records: Sequence[Record]) -> None:
        keys = {(record.symbol, record.timestamp) for record in records}
        assert 1 <= len(records) <= BATCH
        assert len(keys) == len(records), "DynamoDB refuses a batch with two writes of one item"

        def effect() -> None:
            self.rows.update({(record.symbol, record.timestamp): record for record in records})

        self.steps.run("batch", effect)

    def write_if_later(self, record: Record) -> Record:
        def effect() -> Record:
            key = record.symbol, record.timestamp
            there = self.rows.get(key)
            if there is not None and there.job_id == record.job_id:
                if there.line >= record.line:
                    return there
                self.rows[key] = replace(record, first_line=there.first_line)
            else:
                self.rows[key] = record
            return self.rows[key]

        return self.steps.run("put", effect)

    def between(self, symbol: str, first: int, last: int, limit: int | None = None) -> Iterator[Record]:
        found = (r for (s, at), r in sorted(self.rows.items()) if s == symbol and first <= at <= last)
        return iter(self.steps.run("query", lambda: list(found)))


class MemoryDataFiles(MemoryFiles):
    """Implements `ports.DataFiles`."""

    def sign_put(self, key: str, size: int | None, seconds: int) -> SignedUpload:
        return SignedUpload(f"https://bucket/{key}?put&size={size}&seconds={seconds}", {"If-None-Match": "*"})

    def sign_get(self, key: str, seconds: int) -> str:
        return f"https://bucket/{key}?get&seconds={seconds}"

    def names(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))


class MemoryWorld:
    """All ports, one clock that stands still until it is moved."""

    def __init__(self, largest: int = 64 * 1024 * 1024) -> None:
        self.now = START
        self.steps = Steps()
        self.jobs = MemoryTable(JOB_ID, self.steps)
        self.records = MemoryRecords(self.steps)
        self.files = MemoryDataFiles(self.steps)
        self.workflow = MemoryWorkflow(self.steps, ended=set())
        self.largest = largest
        self.uploading = Uploading(self.jobs, self.files, self.clock, 30)
        self.mapper = Mapper(self.jobs, self.records, self.files, self.clock, 3600)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def upload(self, content: str | bytes, name: str = "data.csv", scope: str | None = None) -> str:
        """Open a job, send its file, and return the job's id."""
        slot = self.uploading.open(json.dumps({"filename": name}), scope)
        raw = content.encode() if isinstance(content, str) else content
        self.files.objects[slot.job.key] = MemoryFile(raw)
        return slot.job.job_id

    def process(self, job_id: str, name: str = "data.csv", seconds: float = 200) -> dict[str, object]:
        processor = Processor(self.jobs, self.records, self.files, self.workflow, self.clock, self.largest)
        return processor.run(incoming_key(job_id, name), lambda: seconds)

    def job(self, job_id: str) -> Job:
        item = self.jobs.peek(job_id)
        assert item is not None
        return Job.from_item(item)

    def sums(self, job_id: str) -> tuple[int, int, int, int]:
        """Return total, accepted, rejected, superseded."""
        job = self.job(job_id)
        return job.total, job.accepted, job.rejected, job.superseded

    def table(self) -> dict[tuple[str, int], tuple[str, int]]:
        """Return what is in the records' table: numbers and line by key."""
        return {key: (json.dumps(r.numbers, default=str), r.line) for key, r in self.records.rows.items()}
