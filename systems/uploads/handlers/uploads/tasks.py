"""The input of the workflow's states.

    {"task": "ProcessFile", "s3_key", "execution"}              checks the file and announces it
    {"task": "RecordFailure", "s3_key", "execution", "error"}   writes down that this could not be done

`execution` is `$$.Execution.Id`: it lets another attempt of the same execution go on where the first one stopped.
Without it every invocation is on its own, and an announcement that crashed waits for its lease to end. `error` is what
Catch passes on: `{"Error", "Cause"}`. Further fields are ignored.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from .errors import InvalidTaskError
from .processing import Arrival, Outcome, Processor

# For what happens between the end of an invocation's time and the end of its process.
_LEASE_MARGIN_SECONDS = 5

_MAX_ERROR_CHARACTERS = 100


class Tasks:
    """Runs the workflow's tasks."""

    def __init__(self, processor: Processor, logger: Logger) -> None:
        self._processor = processor
        self._logger = logger

    def run(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, object]:
        """Run a task and return references and states, never content.

        Raises:
            InvalidTaskError: the input is no task.
            InfrastructureError: the task is not done.
        """
        task, s3_key = event.get("task"), event.get("s3_key")
        if task not in ("ProcessFile", "RecordFailure"):
            raise InvalidTaskError("the input is neither an API Gateway event nor a task: `task` is unknown or missing")
        if not isinstance(s3_key, str) or not s3_key:
            raise InvalidTaskError("the task has no `s3_key`")
        arrival = Arrival(
            s3_key=s3_key,
            owner=str(event.get("execution") or context.aws_request_id),
            lease_seconds=context.get_remaining_time_in_millis() // 1000 + _LEASE_MARGIN_SECONDS,
            request_id=context.aws_request_id,
        )
        if task == "ProcessFile":
            outcome = self._processor.process(arrival)
        else:
            outcome = self._processor.record_failure(arrival, _error_name(event.get("error")))
        return self._report(str(task), outcome)

    def _report(self, task: str, outcome: Outcome) -> dict[str, object]:
        report: dict[str, object] = {
            "file_id": outcome.file_id,
            "status": outcome.status or "deleted",
            "announcement": outcome.announcement,
            "reason": outcome.reason,
        }
        self._logger.info("task done", extra={"task": task, **report})
        return report


def _error_name(error: object) -> str:
    """Return the error's name from what Catch passes on; the cause stays in the log, it may hold internals."""
    if not isinstance(error, dict):
        return "unknown"
    return str(cast("dict[str, object]", error).get("Error") or "unknown")[:_MAX_ERROR_CHARACTERS]
