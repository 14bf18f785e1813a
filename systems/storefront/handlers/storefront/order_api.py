"""The routes of order-service."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response

from stackwright_handlers.errors import RequestError
from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.routing import Routing

from .order_lifecycle import Order
from .orders import NewOrder, Orders


def create_order_api(orders: Orders, once: Idempotent, logger: Logger) -> Routing:
    """Return the routes."""
    routing = Routing(logger, once)

    @routing.post("/orders")
    def place() -> Response[str]:
        new = NewOrder.from_body(routing.body)

        def work(scope: str | None) -> Answer:
            order = orders.place(new, scope)
            logger.info("order placed", order_id=order.order_id)
            return {"orderId": order.order_id, "status": order.status.value}

        return routing.answer_once(202, "POST /orders", work)

    @routing.get("/orders")
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

    @routing.get("/orders/<order_id>")
    def get(order_id: str) -> Response[str]:
        return routing.answer(200, orders.get(order_id).attributes())

    return routing
