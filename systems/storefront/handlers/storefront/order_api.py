"""The routes of order-service."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response

from .errors import RequestError
from .idempotency import Answer, Once
from .order_lifecycle import Order
from .orders import NewOrder, Orders
from .routing import Route, Routing

ROUTES: Final = (Route(r"/orders", "GET, OPTIONS, POST"), Route(r"/orders/[^/]+", "GET, OPTIONS"))


def create_order_api(orders: Orders, once: Once, logger: Logger) -> Routing:
    """Return the routes."""
    routing = Routing(ROUTES, once, logger)

    @routing.app.post("/orders")
    def place() -> Response[str]:
        new = NewOrder.from_body(routing.body)

        def work(scope: str | None) -> Answer:
            order = orders.place(new, scope)
            logger.info("order placed", order_id=order.order_id)
            return {"orderId": order.order_id, "status": order.status.value}

        return routing.answer_once(202, "POST /orders", work)

    @routing.app.get("/orders")
    def by() -> Response[str]:
        user_id, status = routing.query.get("userId"), routing.query.get("status")
        if user_id is not None and status is None:
            page = orders.by_user(user_id, routing.page)
        elif status is not None and user_id is None:
            page = orders.by_status(status, routing.page)
        else:
            allowed = {"allowed": ["userId", "status"]}
            raise RequestError(400, "missing_filter", "Say which orders: either userId= or status=.", allowed)
        return routing.answer_page(page, Order.attributes)

    @routing.app.get("/orders/<order_id>")
    def get(order_id: str) -> Response[str]:
        return routing.answer(200, orders.get(order_id).attributes())

    return routing
