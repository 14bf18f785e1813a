"""The input of the workflow's states.

    {"task": "ProcessFile", "s3_key", "execution"}              checks the file and announces it
    {"task": "RecordFailure", "s3_key", "execution", "error"}   writes down that this could not be done

`execution` is `$$.Execution.Id`: it lets another attempt of the same execution go on where the first one stopped.
Without it every invocation is on its own, and an announcement that crashed waits for its lease to end. `error` is what
Catch passes on: `{"Error", "Cause"}`. Further fields are ignored.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stackwright_handlers.tasks import Report, Task

from .processing import Arrival, Outcome, Processor

# For what happens between the end of an invocation's time and the end of its process.
_LEASE_MARGIN_SECONDS: Final = 5


def tasks_of(processor: Processor) -> Mapping[str, Callable[[Task], Report]]:
    """Return the workflow's tasks; they raise InvalidTaskError, and InfrastructureError if the task is not done."""
    return {
        "ProcessFile": lambda task: _report(processor.process(_arrival(task))),
        "RecordFailure": lambda task: _report(processor.record_failure(_arrival(task), task.error)),
    }


def _arrival(task: Task) -> Arrival:
    return Arrival(
        s3_key=task.text("s3_key"),
        owner=str(task.event.get("execution") or task.context.aws_request_id),
        lease_seconds=int(task.remaining()) + _LEASE_MARGIN_SECONDS,
        request_id=task.context.aws_request_id,
    )


def _report(outcome: Outcome) -> Report:
    return {
        "file_id": outcome.file_id,
        "status": outcome.status or "deleted",
        "announcement": outcome.announcement,
        "reason": outcome.reason,
    }
