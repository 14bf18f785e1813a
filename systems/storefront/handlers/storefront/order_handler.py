"""order-service, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from .cursors import Cursors
from .function import Handler, create_handler
from .idempotency import Once
from .order_api import create_order_api
from .order_lifecycle import Order
from .orders import ORDER_ID, Orders
from .pages import Pages
from .ports import Clock, CursorKey, Table, Workflow
from .resuming import Resuming
from .tasks import Report, Task, Tasks, outcome


@dataclass(frozen=True, slots=True)
class OrderWorld:
    """Everything outside the function."""

    orders: Table
    workflow: Workflow
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency records; called once, by the first request that has a key."""
    cursor_key: CursorKey
    clock: Clock


def create_order_handler(environment: str, world: OrderWorld, logger: Logger) -> Handler:
    """Return the Lambda handler of order-service."""
    pages = Pages(world.orders, ORDER_ID, Cursors(world.cursor_key))
    orders = Orders(world.orders, pages, world.workflow, world.clock)
    resuming = Resuming(world.orders, world.workflow, world.clock)

    def resume(task: Task) -> Report:
        resumed = resuming.run(task.remaining)
        return {"started": resumed.started, "unfinished": resumed.unfinished}

    tasks: Tasks = {
        "ProcessOrder": lambda task: _report(orders.process(task.order_id)),
        "ConfirmOrder": lambda task: _report(orders.confirm(task.order_id)),
        "RejectOrder": lambda task: _report(orders.reject(task.order_id, task.reason)),
        "CancelOrder": lambda task: _report(orders.cancel(task.order_id, task.error)),
        "FailOrder": lambda task: _report(orders.fail(task.order_id, task.error)),
        "ResumeOrders": resume,
    }
    return create_handler(environment, create_order_api(orders, Once(world.answers), logger), tasks, logger)


def _report(order: Order) -> Report:
    return outcome(order.status, order.reason)
