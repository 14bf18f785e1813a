"""The three functions on ports in memory, called as API Gateway, the workflow, schedules and S3 call them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote_plus

from aws_lambda_powertools import Logger
from storefront.order_handler import OrderWorld, create_order_handler
from storefront.product_handler import ProductWorld, create_product_handler
from storefront.user_handler import UserWorld, create_user_handler
from storefront_memory import MemoryWorld

from stackwright_handlers.function import Handler
from stackwright_handlers.testing import Answer, Context, MemoryAnswers, MemoryFile, proxy_event

ANN = {"email": "Ann@Example.com", "name": "Ann"}
CHAIR = {"name": "Chair", "category": "home", "price": "19.90", "stock": 5}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""

NUMBERS = count()


@dataclass
class Services:
    """The functions and everything around them."""

    world: MemoryWorld = field(default_factory=MemoryWorld)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    output: io.StringIO = field(default_factory=io.StringIO)
    context: Context = field(default_factory=Context)
    users: Handler = field(init=False)
    orders: Handler = field(init=False)
    products: Handler = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        common: dict[str, Any] = {
            "answers": lambda: self.answers,
            "cursor_key": world.cursor_key,
            "clock": world.clock,
        }
        self.users = create_user_handler(UserWorld(users=world.users, **common), self._logger())
        self.orders = create_order_handler(
            OrderWorld(orders=world.orders, workflow=world.workflow, **common), self._logger()
        )
        self.products = create_product_handler(
            ProductWorld(products=world.products, files=world.objects, bucket_name="data", **common),
            self._logger(),
        )

    def _logger(self) -> Logger:
        # Loggers of one name share their first stream.
        return Logger(service=f"storefront-test-{next(NUMBERS)}", stream=self.output, level="INFO")

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        **event: object,
    ) -> Answer:
        function = next(
            handler
            for prefix, handler in (("/users", self.users), ("/orders", self.orders), ("", self.products))
            if path.startswith(prefix)
        )
        parts = path.split("/")
        resource = f"/{parts[1]}/{{id}}" if len(parts) == 3 else path
        sent = proxy_event(method, path, resource, body, headers, query) | event
        return Answer.of(function(sent, self.context))  # type: ignore[arg-type]

    def task(self, handler: Handler, task: str, **fields: object) -> dict[str, Any]:
        return handler({"task": task, **fields}, self.context)  # type: ignore[arg-type]

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Put a file and deliver S3's notification; returns what became of it."""
        key = f"incoming/{name}"
        self.world.objects.objects[key] = MemoryFile(content)
        [report] = self.notify(key)["files"]
        return report

    def notify(self, *keys: str, bucket: str = "data") -> dict[str, Any]:
        records = [
            {"eventSource": "aws:s3", "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/")}}}
            for key in keys
        ]
        return self.products({"Records": records}, self.context)  # type: ignore[arg-type]

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]


def created(services: Services, path: str, body: object) -> dict[str, Any]:
    """Create something and return the answer's body."""
    answer = services.call("POST", path, body)
    assert answer.status in (201, 202), answer
    return answer.body


def order(services: Services, quantity: int = 2) -> tuple[str, dict[str, object]]:
    """Place an order of a new user for a new product; returns its id and what was sent."""
    user_id = created(services, "/users", ANN)["userId"]
    product_id = created(services, "/products", CHAIR)["productId"]
    body = {"userId": user_id, "productId": product_id, "quantity": quantity}
    return created(services, "/orders", body)["orderId"], body
