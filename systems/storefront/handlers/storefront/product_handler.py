"""product-service, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from stackwright_handlers.cursors import CursorKey, Cursors
from stackwright_handlers.files import FileStore, Remaining
from stackwright_handlers.function import Handler, create_handler
from stackwright_handlers.idempotency import Idempotent
from stackwright_handlers.notifications import Notifications
from stackwright_handlers.pages import Pages
from stackwright_handlers.table.items import Table
from stackwright_handlers.tasks import Report
from stackwright_handlers.values import Clock

from .importing import INCOMING, Importer
from .inventory import Inventory, Reservation
from .product_api import create_product_api
from .products import PRODUCT_ID, Products
from .tasks import Task, outcome


@dataclass(frozen=True, slots=True)
class ProductWorld:
    """Everything outside the function."""

    products: Table
    files: FileStore
    bucket_name: str
    """Of the files; notifications about others are refused."""
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency records; called once, by the first request that has a key."""
    cursor_key: CursorKey
    clock: Clock


def create_product_handler(world: ProductWorld, logger: Logger) -> Handler:
    """Return the Lambda handler of product-service."""
    pages = Pages(world.products, PRODUCT_ID, Cursors(world.cursor_key))
    products = Products(world.products, pages, world.clock)
    inventory = Inventory(world.products, world.clock)
    importer = Importer(world.products, world.files, world.clock)

    def update_inventory(task: Task) -> Report:
        return _report(inventory.reserve(task.order_id, task.reference("productId"), task.quantity))

    def release_stock(task: Task) -> Report:
        return _report(inventory.release(task.order_id))

    def import_file(key: str, remaining: Remaining) -> Report:
        report = importer.run(key, remaining)
        if report is None:
            return {"outcome": "gone"}
        counts: Report = {"accepted": report.accepted, "rejected": report.rejected, "written": report.written}
        return {"outcome": "imported", **counts}

    tasks: Mapping[str, Callable[[Task], Report]] = {"UpdateInventory": update_inventory, "ReleaseStock": release_stock}
    routing = create_product_api(products, Idempotent(world.answers), logger)
    notified = Notifications(import_file, INCOMING, world.bucket_name, logger).run
    return create_handler(routing, logger, tasks=tasks, task_type=Task, correlated_by="orderId", notified=notified)


def _report(reservation: Reservation) -> Report:
    return outcome(reservation.state, reservation.reason)
