"""Orders that nobody is working on any more are started again, by a schedule.

Writing an order and starting its workflow are two calls, and a crash in between leaves the order pending. Step
Functions itself does not lose an execution, but one may be stopped, time out, or fail even to write down that it
failed. A step may be repeated, also while another run is at it, so it does no harm to start an order once too often.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from stackwright_handlers.files import Remaining
from stackwright_handlers.table.items import Position, Query, Table
from stackwright_handlers.values import Clock, timestamp
from stackwright_handlers.workflow import Workflow

from .order_lifecycle import UNFINISHED, Order, Status
from .orders import start_workflow

NOT_STARTED_AFTER: Final = timedelta(seconds=60)
"""Older pending orders are started under their own id: if that was done before, nothing happens."""

STUCK_AFTER: Final = timedelta(minutes=15)
"""Older orders without a final state are started under another name, once in this time."""

_PAGE: Final = 100
_SECONDS_TO_STOP: Final = 5.0


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many executions were started, and whether time ended before all orders were seen."""

    started: int
    unfinished: bool


class Resuming:
    """Starts orders again."""

    def __init__(self, table: Table, workflow: Workflow, clock: Clock) -> None:
        self._table = table
        self._workflow = workflow
        self._clock = clock

    def run(self, remaining: Remaining) -> Resumed:
        """Start what has waited too long, the oldest first.

        Raises:
            TableError, WorkflowStartError: the next run of the schedule tries again.
        """
        now = self._clock()
        started = 0
        for order in self._waiting(now):
            if remaining() < _SECONDS_TO_STOP:
                return Resumed(started, True)
            started += start_workflow(self._workflow, _name(order, now), order)
        return Resumed(started, False)

    def _waiting(self, now: datetime) -> Iterator[Order]:
        for status in UNFINISHED:
            before = now - (NOT_STARTED_AFTER if status is Status.PENDING else STUCK_AFTER)
            query = Query("status-index", "status", status, sort_key="createdAt", before=timestamp(before))
            after: Position | None = None
            while True:
                items = self._table.query(query, _PAGE, after)
                orders = [Order.from_item(item) for item in items]
                yield from orders
                if len(orders) < _PAGE:
                    break
                after = Position(orders[-1].order_id, orders[-1].created_at)


def _name(order: Order, now: datetime) -> str:
    """Return the execution's name, at most 80 characters."""
    age = now - datetime.fromisoformat(order.created_at)
    return order.order_id if age < STUCK_AFTER else f"{order.order_id}-{age // STUCK_AFTER}"
