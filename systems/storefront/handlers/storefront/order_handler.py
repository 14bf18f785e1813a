"""order-service, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from stackwright_handlers.cursors import CursorKey, Cursors
from stackwright_handlers.function import Handler, create_handler
from stackwright_handlers.idempotency import Idempotent
from stackwright_handlers.pages import Pages
from stackwright_handlers.table.items import Table
from stackwright_handlers.tasks import Report
from stackwright_handlers.values import Clock
from stackwright_handlers.workflow import Workflow

from .order_api import create_order_api
from .order_lifecycle import Order
from .orders import ORDER_ID, Orders
from .resuming import Resuming
from .tasks import Task, outcome


@dataclass(frozen=True, slots=True)
class OrderWorld:
    """Everything outside the function."""

    orders: Table
    workflow: Workflow
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency records; called once, by the first request that has a key."""
    cursor_key: CursorKey
    clock: Clock


def create_order_handler(world: OrderWorld, logger: Logger) -> Handler:
    """Return the Lambda handler of order-service."""
    pages = Pages(world.orders, ORDER_ID, Cursors(world.cursor_key))
    orders = Orders(world.orders, pages, world.workflow, world.clock)
    resuming = Resuming(world.orders, world.workflow, world.clock)

    def resume(task: Task) -> Report:
        resumed = resuming.run(task.remaining)
        return {"started": resumed.started, "unfinished": resumed.unfinished}

    tasks: Mapping[str, Callable[[Task], Report]] = {
        "ProcessOrder": lambda task: _report(orders.process(task.order_id)),
        "ConfirmOrder": lambda task: _report(orders.confirm(task.order_id)),
        "RejectOrder": lambda task: _report(orders.reject(task.order_id, task.reason)),
        "CancelOrder": lambda task: _report(orders.cancel(task.order_id, task.error)),
        "FailOrder": lambda task: _report(orders.fail(task.order_id, task.error)),
        "ResumeOrders": resume,
    }
    return create_handler(
        create_order_api(orders, Idempotent(world.answers), logger),
        logger,
        tasks=tasks,
        task_type=Task,
        correlated_by="orderId",
    )


def _report(order: Order) -> Report:
    return outcome(order.status, order.reason)
