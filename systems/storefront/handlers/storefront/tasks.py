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

from stackwright_handlers import tasks
from stackwright_handlers.errors import InvalidTaskError
from stackwright_handlers.tasks import Report

from .ids import is_id, may_be_reference

_MAX_QUANTITY = 10_000


class Task(tasks.Task):
    """The input of a task; every reader raises InvalidTaskError."""

    @property
    def order_id(self) -> str:
        """The order that the task is about."""
        value = self.event.get("orderId")
        if isinstance(value, str) and is_id(value):
            return value
        raise InvalidTaskError("the task has no `orderId`")

    def reference(self, name: str) -> str:
        """The user or product that an order names."""
        value = self.event.get(name)
        if isinstance(value, str) and may_be_reference(value):
            return value
        raise InvalidTaskError(f"the task has no `{name}`")

    @property
    def quantity(self) -> int:
        """How many pieces are ordered."""
        value = self.event.get("quantity")
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_QUANTITY:
            return value
        raise InvalidTaskError("the task has no `quantity`")

    @property
    def reason(self) -> str:
        """Why an order is rejected."""
        return str(self.event.get("reason"))


def outcome(state: str, reason: str | None = None) -> Report:
    """Return the answer to a step."""
    return {"outcome": str(state)} if reason is None else {"outcome": str(state), "reason": reason}
