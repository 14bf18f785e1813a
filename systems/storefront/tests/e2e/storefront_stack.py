"""The storefront as it runs: what its users and its operators do."""

from __future__ import annotations

import json
import time
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackwright.emulator.process import Emulator
from stackwright.verify import Response, Verification

PROJECT = Path(__file__).resolve().parents[2]
DEADLINE = 30.0  # seconds; for conditions that take a moment, far above what they need
FINAL = ("confirmed", "rejected", "failed")
BUSY = (429, 500, 502, 503, 504)


@dataclass
class Storefront(Verification):
    """A running stack; `emulator` answers what no AWS API tells: every authorization."""

    emulator: Emulator = None  # type: ignore[assignment]

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        """A request to the API."""
        return self.http(method, self.outputs["api_endpoint_url"] + path, body, headers)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """GET that succeeds."""
        answer = self.call("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)
        assert answer.status == 200, answer.body
        return answer.json()

    def create(self, path: str, body: Mapping[str, Any], status: int = 201) -> dict[str, Any]:
        """POST that succeeds."""
        answer = self.call("POST", path, body)
        assert answer.status == status, answer.body
        return answer.json()

    def insist(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        """A request by a client that repeats what was not answered for want of capacity."""
        end = time.monotonic() + DEADLINE
        while True:
            answer = self.call(method, path, body, headers)
            if answer.status not in BUSY or time.monotonic() > end:
                return answer

    def until_answered(self, path: str, body: Any, key: str) -> Response:
        """POST by such a client, with its Idempotency-Key."""
        return self.insist("POST", path, body, {"Idempotency-Key": key})

    def new_user(self) -> str:
        """Id of a new user."""
        return self.create("/users", {"email": f"{unique('user')}@example.com", "name": "Ada"})["userId"]

    def new_product(self, stock: int, category: str = "tests") -> str:
        """Id of a new product."""
        body = {"name": unique("product"), "category": category, "price": "19.99", "stock": stock}
        return self.create("/products", body)["productId"]

    def place(self, user_id: str, product_id: str, quantity: int) -> str:
        """Id of a new order."""
        body = {"userId": user_id, "productId": product_id, "quantity": quantity}
        placed = self.create("/orders", body, status=202)
        assert placed == {"orderId": placed["orderId"], "status": "pending"}
        return placed["orderId"]

    def decided(self, order_id: str, seconds: float = DEADLINE) -> dict[str, Any]:
        """The order, once its status is final."""

        def final() -> dict[str, Any] | None:
            order = self.get(f"/orders/{order_id}")
            return order if order["status"] in FINAL else None

        return self.eventually(f"order {order_id} is decided", final, seconds)

    def stock(self, product_id: str) -> int:
        return self.get(f"/products/{product_id}")["stock"]

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """The pages of a list, up to the last."""
        page = self.get(path, **query)
        yield page
        while page["nextCursor"] is not None:
            page = self.get(path, **query, cursor=page["nextCursor"])
            yield page

    def keys(self, prefix: str) -> list[str]:
        """Keys of the data bucket."""
        found = self.client("s3").list_objects_v2(Bucket=self.outputs["data_bucket_name"], Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def put_file(self, key: str, content: bytes) -> None:
        self.client("s3").put_object(Bucket=self.outputs["data_bucket_name"], Key=key, Body=content)

    def file(self, key: str) -> bytes:
        return self.client("s3").get_object(Bucket=self.outputs["data_bucket_name"], Key=key)["Body"].read()

    def execution(self, order_id: str) -> dict[str, Any]:
        """The workflow's execution for an order."""
        machine = self.outputs["order_workflow_arn"].replace(":stateMachine:", ":execution:")
        return self.client("stepfunctions").describe_execution(executionArn=f"{machine}:{order_id}")

    def rows_with(self, table: str, attribute: str, value: str) -> list[dict[str, Any]]:
        """All rows of a table in which an attribute has a value, whatever the indexes say."""
        found = (
            self.client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=self.outputs[f"{table}_table_name"],
                ConsistentRead=True,
                FilterExpression="#attribute = :value",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues={":value": {"S": value}},
            )
        )
        return [item for page in found for item in page["Items"]]


def unique(name: str) -> str:
    """A name that no other test uses."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


def error_code(answer: Response, status: int) -> str:
    """The code in an error of the common shape."""
    assert answer.status == status, answer.body
    body = json.loads(answer.body)
    assert body.keys() == {"error"}
    assert {"code", "message", "correlationId"} <= body["error"].keys()
    assert body["error"]["correlationId"] == answer.headers["x-correlation-id"] != ""
    return body["error"]["code"]
