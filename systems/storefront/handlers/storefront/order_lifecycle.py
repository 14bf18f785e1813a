"""The life of an order, as conditional writes on its item.

    pending --process--> processing --confirm--> confirmed
       |                     |
       |--reject-------------|--reject---------> rejected
       |                     |
       \\--cancel-------------\\--cancel--> failing --fail--> failed
        \\--fail----------------\\--fail--------------------> failed

`confirmed`, `rejected` and `failed` are final. The order's own status decides, never what a run believes:

- Stock is given back only for an order that is `failing` or final, because `cancel` comes first. A confirmation whose
  answer was lost makes `cancel` find `confirmed`, and the stock stays taken.
- A run that finds the order `failing` under its hands stops and undoes what was done (OrderAbandonedError); so does one
  that cannot confirm or reject it because of what another run did.
- An unknown user rejects only an order that nobody has begun to process: another run found the user and may hold stock,
  so the order is given up instead. The other reasons are decided once per order by `inventory`.
- What is not final is found by its status and started again, see `resuming`; every step may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stackwright_handlers.table.items import Attribute, Check, Guard, Item, Update

from .reasons import UNKNOWN_USER


class Status(StrEnum):
    """Where an order is in its life."""

    PENDING = "pending"
    PROCESSING = "processing"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    FAILING = "failing"
    FAILED = "failed"


UNFINISHED: Final = (Status.PENDING, Status.PROCESSING, Status.FAILING)


@dataclass(frozen=True, slots=True)
class Order:
    """An order.

    | attribute | type | meaning                                                              |
    |-----------|------|----------------------------------------------------------------------|
    | orderId   | S    | partition key, and name of the workflow's execution                  |
    | userId    | S    | partition key of `userId-index`                                      |
    | productId | S    |                                                                      |
    | quantity  | N    |                                                                      |
    | status    | S    | partition key of `status-index`                                      |
    | reason    | S    | why it is `rejected`, `failing` or `failed`                          |
    | createdAt | S    | UTC, ISO 8601 with microseconds: sort key of both indexes            |
    | updatedAt | S    | likewise: when the status changed                                    |
    """

    order_id: str
    user_id: str
    product_id: str
    quantity: int
    status: Status
    created_at: str
    updated_at: str
    reason: str | None = None

    def attributes(self) -> dict[str, Attribute]:
        """Return the order as it is stored, which is also what clients see."""
        attributes: dict[str, Attribute] = {
            "orderId": self.order_id,
            "userId": self.user_id,
            "productId": self.product_id,
            "quantity": self.quantity,
            "status": self.status,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }
        return attributes if self.reason is None else attributes | {"reason": self.reason}

    @classmethod
    def from_item(cls, item: Item) -> Order:
        """Build the order from its stored form."""
        return cls(
            str(item["orderId"]),
            str(item["userId"]),
            str(item["productId"]),
            int(item["quantity"]),
            Status(str(item["status"])),
            str(item["createdAt"]),
            str(item["updatedAt"]),
            str(item["reason"]) if "reason" in item else None,
        )


def process(order_id: str, at: str) -> Update:
    """The user is known; from here on stock may be taken."""
    return _move(order_id, (Status.PENDING,), Status.PROCESSING, at)


def confirm(order_id: str, at: str) -> Update:
    """Stock was taken."""
    return _move(order_id, (Status.PROCESSING,), Status.CONFIRMED, at)


def reject(order_id: str, reason: str, at: str) -> Update:
    """The order cannot be served."""
    begun = () if reason == UNKNOWN_USER else (Status.PROCESSING,)
    update = _move(order_id, (Status.PENDING, *begun), Status.REJECTED, at)
    return Update(order_id, update.guard, assign={**update.assign, "reason": reason})


def cancel(order_id: str, reason: str, at: str) -> Update:
    """Something failed for good: from here on the order cannot be confirmed, and its stock may be given back."""
    update = _move(order_id, (Status.PENDING, Status.PROCESSING), Status.FAILING, at)
    return Update(order_id, update.guard, assign={**update.assign, "reason": reason})


def fail(order_id: str, reason: str, at: str) -> Update:
    """What was taken has been given back. The reason of `cancel`, which is the first one, stays."""
    update = _move(order_id, UNFINISHED, Status.FAILED, at)
    return Update(order_id, update.guard, assign=update.assign, assign_once={"reason": reason})


def _move(order_id: str, origins: tuple[Status, ...], target: Status, at: str) -> Update:
    guard: Guard = tuple((Check("status", "=", origin),) for origin in origins)
    return Update(order_id, guard, assign={"status": target, "updatedAt": at})
