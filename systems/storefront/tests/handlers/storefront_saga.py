"""An order's workflow as Step Functions runs it: each step with retries, and a way back when they are used up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from storefront.errors import OrderAbandonedError
from storefront.ids import new_id
from storefront.inventory import Inventory
from storefront.order_lifecycle import Order, Status
from storefront.orders import NewOrder, Orders
from storefront.products import NewProduct, Products
from storefront.reasons import UNKNOWN_USER
from storefront.resuming import Resuming
from storefront.users import NewUser, Users
from storefront_memory import MemoryWorld

T = TypeVar("T")

STOCK = 5
FINAL = (Status.CONFIRMED, Status.REJECTED, Status.FAILED)


class Crash(Exception):
    """A function ended here, or nobody heard its answer."""


class StepFailed(Exception):
    """A step failed, and so did its retries."""


class Shop:
    """A user, a product, and what happens to orders."""

    def __init__(self, world: MemoryWorld, attempts: int = 1) -> None:
        self.world = world
        self.attempts = attempts
        self.users = Users(world.users, world.pages(world.users), world.clock)
        self.products = Products(world.products, world.pages(world.products), world.clock)
        self.inventory = Inventory(world.products, world.clock)
        self.orders = Orders(world.orders, world.pages(world.orders), world.workflow, world.clock)
        self.resuming = Resuming(world.orders, world.workflow, world.clock)
        self.user_id = new_id("user")
        self.product_id = new_id("product")

    def open(self) -> Shop:
        """Put in the user and the product."""
        self.users.create(NewUser("a@x.org", "Ann"), "user")
        self.products.create(NewProduct("Chair", "home", Decimal(1), STOCK), "product")
        self.world.steps.log.clear()
        return self

    def new(self, quantity: int) -> NewOrder:
        return NewOrder(self.user_id, self.product_id, quantity)

    def place(self, new: NewOrder, scope: str = "order") -> str:
        return self.orders.place(new, scope).order_id

    def execute(self, order_id: str, new: NewOrder) -> None:
        """Run an execution; it changes nothing but the ports, and always ends."""
        try:
            self._forward(order_id, new)
        except (StepFailed, OrderAbandonedError) as error:
            self._back(order_id, type(error).__name__)

    def _forward(self, order_id: str, new: NewOrder) -> None:
        if self._step(lambda: self.users.find(new.user_id)) is None:
            self._step(lambda: self.orders.reject(order_id, UNKNOWN_USER))
            return
        if self._step(lambda: self.orders.process(order_id)).status is not Status.PROCESSING:
            return
        reservation = self._step(lambda: self.inventory.reserve(order_id, new.product_id, new.quantity))
        if reservation.state == "reserved":
            self._step(lambda: self.orders.confirm(order_id))
        else:
            self._step(lambda: self.orders.reject(order_id, str(reservation.reason)))

    def _back(self, order_id: str, error: str) -> None:
        try:
            if self._step(lambda: self.orders.cancel(order_id, error)).status is Status.CONFIRMED:
                return
            self._step(lambda: self.inventory.release(order_id))
            self._step(lambda: self.orders.fail(order_id, error))
        except StepFailed:
            # HandleError; the schedule starts the order again.
            pass

    def _step(self, call: Callable[[], T]) -> T:
        for _ in range(self.attempts):
            try:
                return call()
            except Crash:
                continue
        raise StepFailed

    def heal(self) -> None:
        """What the schedule does, until there is nothing left to do."""
        for seconds in (61, 15 * 60, 15 * 60, 15 * 60, 15 * 60):
            self.world.wait(seconds)
            before = set(self.world.workflow.started)
            try:
                self.resuming.run(lambda: 30)
            except Crash:
                continue
            finally:
                self.run_started(before)

    def run_started(self, before: set[str]) -> None:
        for name, payload in list(self.world.workflow.started.items()):
            if name not in before:
                new = NewOrder(str(payload["userId"]), str(payload["productId"]), int(str(payload["quantity"])))
                self.execute(str(payload["orderId"]), new)

    def all_orders(self) -> list[Order]:
        return [Order.from_item(item) for item in self.world.orders.rows.values()]

    def stock(self) -> int:
        return int(self.world.products.rows[self.product_id]["stock"])

    def taken(self) -> int:
        """What confirmed orders took."""
        return sum(order.quantity for order in self.all_orders() if order.status is Status.CONFIRMED)


def assert_settled(shop: Shop, context: object, stock: int = STOCK) -> None:
    """Every order is final, and what is not in stock is in confirmed orders."""
    unfinished = [order for order in shop.all_orders() if order.status not in FINAL]
    assert not unfinished, context
    assert shop.stock() + shop.taken() == stock, context
    assert shop.stock() >= 0, context
    assert not [
        item
        for item in shop.world.products.rows.values()
        if item.get("state") == "reserved"
        and shop.world.orders.rows[str(item["productId"]).removeprefix("reservation#")]["status"] != "confirmed"
    ], context
