"""Orders: placing them, showing them, and the steps of their workflow."""

from __future__ import annotations

from dataclasses import dataclass

from stackwright_handlers.bodies import Body
from stackwright_handlers.errors import InvalidTaskError, RequestError
from stackwright_handlers.pages import Page, PageRequest, Pages
from stackwright_handlers.table.items import ConditionFailed, Put, Query, Table, Update, absent
from stackwright_handlers.values import Clock, timestamp
from stackwright_handlers.workflow import Workflow

from . import order_lifecycle, reasons
from .errors import OrderAbandonedError
from .ids import is_id, may_be_reference, new_id
from .order_lifecycle import Order, Status
from .schemas import SCHEMAS

ORDER_ID = "orderId"

_BODY = Body(SCHEMAS["order"])


@dataclass(frozen=True, slots=True)
class NewOrder:
    """The body of POST /orders."""

    user_id: str
    product_id: str
    quantity: int

    @classmethod
    def from_body(cls, body: str | None) -> NewOrder:
        """Read a request body; raises RequestError."""
        values = _BODY.read(body)
        return cls(values["userId"], values["productId"], values["quantity"])


class Orders:
    """The orders."""

    def __init__(self, table: Table, pages: Pages, workflow: Workflow, clock: Clock) -> None:
        self._table = table
        self._pages = pages
        self._workflow = workflow
        self._clock = clock

    def place(self, new: NewOrder, scope: str | None) -> Order:
        """Write an order down and start its workflow. With the scope of an earlier attempt, complete that one.

        Raises:
            TableError: nothing happened, or the order is written and we were not told.
            WorkflowStartError: the order is written; `resuming` starts its workflow if the client does not try again.
        """
        now = self._now()
        order = Order(new_id(scope), new.user_id, new.product_id, new.quantity, Status.PENDING, now, now)
        self._table.write(Put(order.attributes(), absent(ORDER_ID)))
        # Also where an earlier attempt wrote the order: it may have ended before this.
        start_workflow(self._workflow, order.order_id, order)
        return order

    def get(self, order_id: str) -> Order:
        """Return an order.

        Raises:
            RequestError: 404, there is none with this id.
            TableError: the table could not be read.
        """
        item = self._table.get(order_id) if is_id(order_id) else None
        if item is None:
            raise RequestError(404, "order_not_found", "There is no order with this id.")
        return Order.from_item(item)

    def by_user(self, user_id: str, request: PageRequest) -> Page[Order]:
        """Return a user's orders, newest first; raises RequestError, TableError and SecretError."""
        if not may_be_reference(user_id):
            raise RequestError(400, "invalid_user_id", "userId is not the id of a user.")
        return self._list("userId", user_id, request)

    def by_status(self, status: str, request: PageRequest) -> Page[Order]:
        """Return the orders with a status, newest first; raises RequestError, TableError and SecretError."""
        if status not in tuple(Status):
            known = ", ".join(Status)
            raise RequestError(400, "invalid_status", f"status is one of {known}.", {"allowed": list(Status)})
        return self._list("status", status, request)

    def _list(self, attribute: str, value: str, request: PageRequest) -> Page[Order]:
        query = Query(f"{attribute}-index", attribute, value, sort_key="createdAt", descending=True)
        return self._pages.page(query, request, Order.from_item)

    def process(self, order_id: str) -> Order:
        """Begin to process an order; one that is beyond that is returned as it is.

        Raises:
            OrderAbandonedError: it is being given up.
            InvalidTaskError: there is no such order.
            TableError: see the module `order_lifecycle`, as for all steps.
        """
        order = self._move(order_lifecycle.process(order_id, self._now()))
        if order.status is Status.FAILING:
            raise OrderAbandonedError("the order is being given up")
        return order

    def confirm(self, order_id: str) -> Order:
        """Confirm an order whose stock was taken.

        Raises:
            OrderAbandonedError: it is anything but processing or confirmed.
            InvalidTaskError: there is no such order.
        """
        order = self._move(order_lifecycle.confirm(order_id, self._now()))
        if order.status is not Status.CONFIRMED:
            raise OrderAbandonedError(f"the order is {order.status}")
        return order

    def reject(self, order_id: str, reason: str) -> Order:
        """Reject an order, unless it is final, and return it as it is then.

        Raises:
            OrderAbandonedError: it is being given up, or another run found the user and may hold stock.
            InvalidTaskError: there is no such order, or no such reason.
        """
        if reason not in reasons.ALL:
            raise InvalidTaskError("the task's `reason` is none for which an order is rejected")
        order = self._move(order_lifecycle.reject(order_id, reason, self._now()))
        if order.status in order_lifecycle.UNFINISHED:
            raise OrderAbandonedError(f"the order is {order.status}")
        return order

    def cancel(self, order_id: str, reason: str) -> Order:
        """Begin to give an order up, unless it is final, and return it as it is then; raises InvalidTaskError."""
        return self._move(order_lifecycle.cancel(order_id, reason, self._now()))

    def fail(self, order_id: str, reason: str) -> Order:
        """Give an order up, unless it is final, and return it as it is then; raises InvalidTaskError."""
        return self._move(order_lifecycle.fail(order_id, reason, self._now()))

    def _move(self, update: Update) -> Order:
        written = self._table.write(update)
        item = written.item if isinstance(written, ConditionFailed) else written
        if item is None:
            raise InvalidTaskError("there is no order with the task's `orderId`")
        return Order.from_item(item)

    def _now(self) -> str:
        return timestamp(self._clock())


def start_workflow(workflow: Workflow, name: str, order: Order) -> bool:
    """Start an execution for an order; False if there was one of this name. Raises WorkflowStartError."""
    return workflow.start(
        name,
        {
            "orderId": order.order_id,
            "userId": order.user_id,
            "productId": order.product_id,
            "quantity": order.quantity,
        },
    )
