"""The record of a job, and its states as guarded transitions.

    awaiting-upload --start--> processing --finish--> succeeded | succeeded-with-errors
                                    | ^
                 close (bad file)   | | start (another attempt on the same content)
                      failed <------+ +------ failed (attempts are used up, the file still waits)

A job belongs to one content: the first attempt writes down the ETag, and all transitions ask for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stackwright_handlers.table.items import Attribute, Check, Guard, Item, Put, Update, absent

from .tally import Rejected, Tally

JOB_ID: Final = "jobId"
MAX_ATTEMPTS: Final = 3
"""Lambda's first one and two retries; after the last one the job counts as failed."""
SHOWN_REJECTED: Final = 100


class State(StrEnum):
    """Where a job stands."""

    AWAITING_UPLOAD = "awaiting-upload"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    SUCCEEDED_WITH_ERRORS = "succeeded-with-errors"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job."""

    job_id: str
    state: State
    key: str
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    reason: str | None = None
    """Why it failed."""
    total: int = 0
    accepted: int = 0
    rejected: int = 0
    superseded: int = 0
    rejected_rows: tuple[Rejected, ...] = ()
    """The first ones."""
    report_key: str | None = None
    etag: str | None = None
    written_line: int = 0
    """All rows that begin up to this line are in the table."""
    closed: bool = False
    """No attempt can change anything any more."""

    @classmethod
    def from_item(cls, item: Item) -> Job:
        """Read an item of the table."""

        def text(name: str) -> str | None:
            return str(item[name]) if name in item else None

        def number(name: str) -> int:
            return int(item.get(name, 0))

        return cls(
            str(item[JOB_ID]),
            State(str(item["state"])),
            str(item["key"]),
            str(item["createdAt"]),
            text("startedAt"),
            text("finishedAt"),
            text("reason"),
            number("total"),
            number("accepted"),
            number("rejected"),
            number("superseded"),
            tuple(Rejected(int(line), str(reason)) for line, reason in json.loads(str(item.get("rejectedRows", "[]")))),
            text("reportKey"),
            text("etag"),
            number("writtenLine"),
            number("closed") == 1,
        )


def create(job_id: str, key: str, now: str, expires_at: int) -> Put:
    """A new job waits for its file."""
    item: dict[str, Attribute] = {
        JOB_ID: job_id,
        "state": str(State.AWAITING_UPLOAD),
        "key": key,
        "createdAt": now,
        "expiration": expires_at,
    }
    return Put(item, absent(JOB_ID))


def start(job_id: str, etag: str, now: str) -> Update:
    """An attempt begins. The guard fails if the job has another content, or if nothing is left to do."""
    awaiting = (Check("state", "=", str(State.AWAITING_UPLOAD)),)
    return Update(
        job_id,
        (awaiting, *_open(etag)),
        assign={"state": str(State.PROCESSING), "etag": etag},
        assign_once={"startedAt": now},
        add={"attempts": 1},
        remove=("reason", "finishedAt"),
    )


def progress(job_id: str, etag: str, line: int) -> Update:
    """Everything up to a line is written; another attempt that got farther is not set back."""
    mine = (Check("etag", "=", etag), Check("state", "=", str(State.PROCESSING)))
    behind = ((*mine, Check("writtenLine", "absent")), (*mine, Check("writtenLine", "<", line)))
    return Update(job_id, behind, assign={"writtenLine": line})


def finish(job_id: str, etag: str, tally: Tally, report_key: str | None, now: str) -> Update:
    """Everything is written. All attempts come to the same sums, so the first one counts."""
    state = State.SUCCEEDED_WITH_ERRORS if tally.rejected else State.SUCCEEDED
    sums: dict[str, Attribute] = {
        "total": tally.total,
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "superseded": tally.superseded,
    }
    shown: dict[str, Attribute] = {"rejectedRows": _shown(tally.listed[:SHOWN_REJECTED])} if tally.rejected else {}
    report: dict[str, Attribute] = {} if report_key is None else {"reportKey": report_key}
    closing: dict[str, Attribute] = {"state": str(state), "finishedAt": now, "closed": 1}
    return Update(job_id, _open(etag), assign={**closing, **sums, **shown, **report}, remove=("reason",))


def close(job_id: str, etag: str, reason: str, now: str) -> Update:
    """The file cannot be read, whoever tries."""
    failed: dict[str, Attribute] = {"state": str(State.FAILED), "finishedAt": now, "reason": reason, "closed": 1}
    return Update(job_id, _open(etag), assign=failed)


def give_up(job_id: str, etag: str, reason: str, now: str) -> Update:
    """An attempt failed. If it was the last one, so did the job; started again, by a redrive, it goes on."""
    return _failed(job_id, etag, reason, now, Check("attempts", ">=", MAX_ATTEMPTS))


def fail(job_id: str, etag: str, reason: str, now: str) -> Update:
    """The workflow failed; likewise."""
    return _failed(job_id, etag, reason, now)


def _failed(job_id: str, etag: str, reason: str, now: str, *checks: Check) -> Update:
    guard = (Check("etag", "=", etag), Check("state", "=", str(State.PROCESSING)), *checks)
    return Update(job_id, (guard,), assign={"state": str(State.FAILED), "finishedAt": now, "reason": reason})


def _open(etag: str) -> Guard:
    return ((Check("etag", "=", etag), Check("closed", "absent")),)


def _shown(rejected: Sequence[Rejected]) -> str:
    return json.dumps([[each.line, each.reason] for each in rejected], ensure_ascii=False)
