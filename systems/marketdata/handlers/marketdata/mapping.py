"""Large files: parts of them come from a Distributed Map, in any order, many at once, and some of them twice.

So a row may meet a row with the same key in another part. Each write is conditional here: of one job the record of the
latest line stays. Which line wrote a key first is kept in the record, so that every attempt on a part counts the same
number of keys for it, and the sums of a part are added to the job's in a transaction that can happen only once.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from stackwright_handlers.csv_records import FileFault
from stackwright_handlers.errors import InvalidTaskError
from stackwright_handlers.table.items import Attribute, ConditionFailed, Item, Put, Table, Update, absent
from stackwright_handlers.tasks import Report
from stackwright_handlers.values import Clock, timestamp

from . import jobs
from .jobs import JOB_ID, Job
from .keys import PROCESSED, moved, part_prefix, report_key
from .lanes import Lanes
from .ports import DataFiles, Record, Records
from .rows import BadRow, Columns
from .tally import MAX_LISTED, Rejected, Tally

SHARDS: Final = 16
"""Items over which the sums of a job are spread; one alone would be in the way of all the parts."""

_FIRST_ROW_LINE: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file."""

    job_id: str
    first: int
    """Number of its first row in the file; tells the part from others."""
    rows: Sequence[tuple[int, Mapping[str, object]]]
    """Number and cells by column."""

    @classmethod
    def of(cls, value: object) -> Part:
        """Read what the map hands over: a batch of items, or one item where batches are not made.

        Raises:
            InvalidTaskError: it is neither.
        """
        try:
            given = cast("dict[str, Any]", value)
            items = cast("list[dict[str, Any]]", given.get("Items", [given]))
            rows = [(int(item["index"]), cast("Mapping[str, object]", item["row"])) for item in items]
            return cls(str(items[0]["jobId"]), rows[0][0], rows)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            raise InvalidTaskError("the input is neither a batch of rows nor a row") from None


class Mapper:
    """Writes parts of large files, and puts their sums together.

    Args:
        table: of the jobs.
        kept: the records.
        files: the bucket.
        clock: tells the time.
        kept_seconds: how long the sums of parts are kept.
        pool: writes rows at the same time; without one they are written one after another.
    """

    def __init__(
        self,
        table: Table,
        kept: Records,
        files: DataFiles,
        clock: Clock,
        kept_seconds: int,
        pool: Executor | None = None,
    ) -> None:
        self._table = table
        self._kept = kept
        self._files = files
        self._clock = clock
        self._kept_seconds = kept_seconds
        self._lanes = Lanes(pool)

    def write(self, part: Part) -> Report:
        """Write a part and add its sums to the job's; doing it again changes nothing."""
        tally = Tally()
        good = list(_records(part, tally))
        there = self._lanes.begin(self._kept.write_if_later, good).results()
        tally.accepted = sum(now.first_line == row.line for row, now in zip(good, there, strict=True))
        tally.superseded = len(good) - tally.accepted
        if tally.listed:
            listed = json.dumps([[each.line, each.reason] for each in tally.listed], ensure_ascii=False)
            self._files.put(f"{part_prefix(part.job_id)}{part.first:012}.json", listed.encode(), "application/json")
        self._merge(part, tally)
        return {"accepted": tally.accepted, "rejected": tally.rejected, "superseded": tally.superseded}

    def finish(self, job_id: str, key: str, etag: str) -> Report:
        """Put the sums together, when all parts are written."""
        tally = self._sums(job_id)
        report = report_key(job_id) if tally.rejected else None
        if report is not None:
            self._files.put(report, tally.report(key), "application/json")
        self._table.write(jobs.finish(job_id, etag, tally, report, timestamp(self._clock())))
        self._files.move(key, moved(key, PROCESSED), etag)
        return {"jobId": job_id, "accepted": tally.accepted, "rejected": tally.rejected, "superseded": tally.superseded}

    def fail(self, job_id: str, etag: str, error: str) -> Report:
        """Say that the workflow failed. The file stays where it is, and a redrive may still end well."""
        reason = f"processing was given up: {error}"
        written = self._table.write(jobs.fail(job_id, etag, reason, timestamp(self._clock())))
        item = written.item if isinstance(written, ConditionFailed) else written
        return {"jobId": job_id, "state": "unknown" if item is None else str(Job.from_item(item).state)}

    def _merge(self, part: Part, tally: Tally) -> None:
        expires: dict[str, Attribute] = {"expiration": int(self._clock().timestamp()) + self._kept_seconds}
        marker: Item = {JOB_ID: f"{part.job_id}#part#{part.first}", **expires}
        shard = zlib.crc32(str(part.first).encode()) % SHARDS
        sums = {"accepted": tally.accepted, "rejected": tally.rejected, "superseded": tally.superseded}
        add = Update(_shard(part.job_id, shard), ((),), assign=expires, add=sums)
        # Refused if an earlier attempt on this part got as far as that; its sums were the same.
        self._table.transact([Put(marker, absent(JOB_ID)), add])

    def _sums(self, job_id: str) -> Tally:
        tally = Tally()
        for number in range(SHARDS):
            shard = self._table.get(_shard(job_id, number)) or {}
            tally.accepted += int(shard.get("accepted", 0))
            tally.rejected += int(shard.get("rejected", 0))
            tally.superseded += int(shard.get("superseded", 0))
        if tally.rejected:
            for name in self._files.names(part_prefix(job_id)):
                tally.listed += self._listed(name)
                if len(tally.listed) >= MAX_LISTED:
                    break
            del tally.listed[MAX_LISTED:]
        return tally

    def _listed(self, name: str) -> list[Rejected]:
        with self._files.open(name) as stored:
            content = b"[]" if stored is None else b"".join(stored.chunks())
        return [Rejected(int(line), str(reason)) for line, reason in json.loads(content)]


def _records(part: Part, tally: Tally) -> Iterator[Record]:
    """Return the rows that are good; the others are counted."""
    for number, cells in part.rows:
        line = number + _FIRST_ROW_LINE
        try:
            row = _columns(tuple(cells)).row(["" if cell is None else str(cell) for cell in cells.values()])
        except (BadRow, FileFault) as fault:
            tally.reject(line, str(fault))
            continue
        yield Record(row.symbol, row.timestamp, row.numbers, part.job_id, line, first_line=line)


@lru_cache(maxsize=16)
def _columns(names: tuple[str, ...]) -> Columns:
    return Columns(names)


def _shard(job_id: str, number: int) -> str:
    return f"{job_id}#sum#{number}"
