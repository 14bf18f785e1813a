"""Inputs that are tasks, such as those of a workflow's states: `{"task": "<name>", …}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from .errors import InvalidTaskError

_MAX_ERROR_CHARACTERS: Final = 100

Report = dict[str, object]
"""What a task answers: references and states, never content."""


class Task:
    """The input of a task; every reader raises InvalidTaskError. Further fields are ignored."""

    def __init__(self, event: Mapping[str, Any], context: LambdaContext) -> None:
        self.event = event
        self.context = context

    def remaining(self) -> float:
        """How long this invocation may still run, seconds."""
        return self.context.get_remaining_time_in_millis() / 1000

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self.event.get(name)
        if isinstance(value, str) and value:
            return value
        raise InvalidTaskError(f"the task has no `{name}`")

    @property
    def error(self) -> str:
        """The name of the error that Catch passes on as `{"Error", "Cause"}`.

        The cause stays in the log, it may hold internals.
        https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
        """
        error = self.event.get("error")
        if not isinstance(error, dict):
            return "unknown"
        return str(cast("dict[str, object]", error).get("Error") or "unknown")[:_MAX_ERROR_CHARACTERS]


T = TypeVar("T", bound=Task)


def run_task(tasks: Mapping[str, Callable[[T], Report]], task: T, logger: Logger) -> Report:
    """Run the task that its event names.

    Raises:
        InvalidTaskError: the event names none of them, or lacks what it needs.
    """
    name = task.event.get("task")
    work = tasks.get(name) if isinstance(name, str) else None
    if work is None:
        raise InvalidTaskError("the input is neither an API Gateway event nor a task: `task` is unknown or missing")
    report = work(task)
    logger.info("task done", extra={"task": name, **report})
    return report
