"""The three functions on ports in memory, called as API Gateway, the workflow, schedules and S3 call them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote_plus

from aws_lambda_powertools import Logger
from storefront.function import Handler
from storefront.order_handler import OrderWorld, create_order_handler
from storefront.product_handler import ProductWorld, create_product_handler
from storefront.user_handler import UserWorld, create_user_handler
from storefront_answers import MemoryAnswers
from storefront_memory import MemoryObject, MemoryWorld

ANN = {"email": "Ann@Example.com", "name": "Ann"}
CHAIR = {"name": "Chair", "category": "home", "price": "19.90", "stock": 5}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""

NUMBERS = count()


@dataclass
class Context:
    """What Lambda tells about an invocation."""

    aws_request_id: str = "lambda-request"
    function_name: str = "service"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:service"
    remaining_ms: int = 29_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        return self.body["error"]["code"]


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
        self.users = create_user_handler("test", UserWorld(users=world.users, **common), self._logger())
        self.orders = create_order_handler(
            "test", OrderWorld(orders=world.orders, workflow=world.workflow, **common), self._logger()
        )
        self.products = create_product_handler(
            "test",
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
        raw = function(proxy_event(method, path, body, headers, query) | event, self.context)  # type: ignore[arg-type]
        answered = json.loads(raw["body"]) if raw["body"] else None
        return Answer(raw["statusCode"], {k: v[0] for k, v in raw["multiValueHeaders"].items()}, answered)

    def task(self, handler: Handler, task: str, **fields: object) -> dict[str, Any]:
        return handler({"task": task, **fields}, self.context)  # type: ignore[arg-type]

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """Put a file and deliver S3's notification; returns what became of it."""
        key = f"incoming/{name}"
        self.world.objects.objects[key] = MemoryObject(content)
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


def proxy_event(
    method: str, path: str, body: object, headers: dict[str, str] | None, query: dict[str, str] | None
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    sent = {"Host": "api.example.com", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    sent |= headers or {}
    parts = path.split("/")
    return {
        "resource": f"/{parts[1]}/{{id}}" if len(parts) == 3 else path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"requestId": "gateway-request", "path": f"/dev{path}", "stage": "dev"},
        "body": text,
        "isBase64Encoded": False,
    }


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
