"""Inputs that are tasks: those of the order workflow's states, and those of a schedule.

    {"task": "ValidateUser", "orderId", "userId"}                       user-service
    {"task": "ProcessOrder", "orderId"}                                 order-service
    {"task": "UpdateInventory", "orderId", "productId", "quantity"}     product-service
    {"task": "ConfirmOrder", "orderId"}                                 order-service
    {"task": "RejectOrder", "orderId", "reason"}                        order-service
    {"task": "CancelOrder", "orderId", "error"}                         order-service, first thing after an error
    {"task": "ReleaseStock", "orderId"}                                 product-service
    {"task": "FailOrder", "orderId", "error"}                           order-service
    {"task": "ResumeOrders"}                                            order-service, from a schedule

The answer to a step has an `outcome`, and a `reason` where there is one. `error` is what Catch passes on: `{"Error",
"Cause"}`. Further fields are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from .errors import InvalidTaskError
from .ids import is_id, may_be_reference
from .ports import Remaining

_MAX_ERROR_CHARACTERS = 100
_MAX_QUANTITY = 10_000


class Task:
    """The input of a task; every reader raises InvalidTaskError."""

    def __init__(self, event: Mapping[str, Any], remaining: Remaining) -> None:
        self._event = event
        self.remaining = remaining

    @property
    def order_id(self) -> str:
        """The order that the task is about."""
        value = self._event.get("orderId")
        if isinstance(value, str) and is_id(value):
            return value
        raise InvalidTaskError("the task has no `orderId`")

    def reference(self, name: str) -> str:
        """The user or product that an order names."""
        value = self._event.get(name)
        if isinstance(value, str) and may_be_reference(value):
            return value
        raise InvalidTaskError(f"the task has no `{name}`")

    @property
    def quantity(self) -> int:
        """How many pieces are ordered."""
        value = self._event.get("quantity")
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_QUANTITY:
            return value
        raise InvalidTaskError("the task has no `quantity`")

    @property
    def reason(self) -> str:
        """Why an order is rejected."""
        return str(self._event.get("reason"))

    @property
    def error(self) -> str:
        """The name of the error that Catch passes on; the cause stays in the log, it may hold internals."""
        error = self._event.get("error")
        if not isinstance(error, dict):
            return "unknown"
        return str(cast("dict[str, object]", error).get("Error") or "unknown")[:_MAX_ERROR_CHARACTERS]


Report = dict[str, object]
Tasks = Mapping[str, Callable[[Task], Report]]


def run_task(tasks: Tasks, event: Mapping[str, Any], context: LambdaContext, logger: Logger) -> Report:
    """Run the task that an event names.

    Raises:
        InvalidTaskError: the event names none of them, or lacks what it needs.
    """
    name = event.get("task")
    task = tasks.get(name) if isinstance(name, str) else None
    if task is None:
        raise InvalidTaskError("the input is neither an API Gateway event nor a task: `task` is unknown or missing")
    report = task(Task(event, lambda: context.get_remaining_time_in_millis() / 1000))
    logger.info("task done", extra={"task": name, **report})
    return report


def outcome(state: str, reason: str | None = None) -> Report:
    """Return the answer to a step."""
    return {"outcome": str(state)} if reason is None else {"outcome": str(state), "reason": reason}
