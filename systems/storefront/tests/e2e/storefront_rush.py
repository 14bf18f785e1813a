"""Many orders at once, by clients that insist, and what must be true when all of them are decided."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from storefront_stack import FINAL, Storefront, error_code

PATIENCE = 240.0  # seconds; a rush takes a tenth of it on an idle machine


@dataclass
class Rush:
    """Orders of one user for one product, placed at the same time."""

    storefront: Storefront
    user_id: str
    product_id: str
    order_ids: list[str] = field(default_factory=list[str])
    answers: Counter[int] = field(default_factory=Counter[int])

    def place(self, keys: list[str]) -> None:
        """An order of 1 by each of as many clients; each repeats its request until it is accepted."""
        with ThreadPoolExecutor(len(keys)) as clients:
            for order_id, statuses in clients.map(self._insist, keys):
                self.order_ids.append(order_id)
                self.answers.update(statuses)

    def _insist(self, key: str) -> tuple[str, list[int]]:
        body = {"userId": self.user_id, "productId": self.product_id, "quantity": 1}
        end = time.monotonic() + PATIENCE
        statuses: list[int] = []
        while True:
            answer = self.storefront.call("POST", "/orders", body, {"Idempotency-Key": key})
            statuses.append(answer.status)
            if answer.status == 202:
                return answer.json()["orderId"], statuses
            assert answer.status == 429 or answer.status >= 500, answer.body
            error_code(answer, answer.status)
            assert time.monotonic() < end, f"not accepted within {PATIENCE:g} s: {Counter(statuses)}"
            # As the AWS SDKs wait: a random time below an exponential limit.
            time.sleep(random.uniform(0, min(5, 2 ** len(statuses))))

    def rows(self) -> dict[str, dict[str, Any]]:
        """The orders of the user as they are stored, by id."""
        return {row["orderId"]["S"]: row for row in self.storefront.rows_with("orders", "userId", self.user_id)}

    def decide(self) -> dict[str, str]:
        """Wait until all orders are final and all executions have ended; the orders' status by id."""

        def decided() -> dict[str, str] | None:
            found = {order_id: row["status"]["S"] for order_id, row in self.rows().items()}
            return found if set(found.values()) <= set(FINAL) else None

        def ended() -> bool:
            return all(execution["status"] != "RUNNING" for execution in self.executions())

        assert self.rows().keys() == set(self.order_ids), "there are orders that no client knows of"
        found = self.storefront.eventually("all orders are final", decided, PATIENCE)
        self.storefront.eventually("all executions end", ended, PATIENCE)
        return found

    def executions(self) -> list[dict[str, Any]]:
        """The executions of these orders."""
        return [each for each in executions(self.storefront) if each["name"][:36] in self.order_ids]

    def reservations(self) -> dict[str, str]:
        """What was decided about the stock of each order, by its id."""
        found = {key.partition("#")[2]: item for key, item in items(self.storefront, "products", "productId").items()}
        return {order_id: found[order_id]["state"]["S"] for order_id in self.order_ids if order_id in found}


def new_rush(storefront: Storefront, stock: int) -> Rush:
    return Rush(storefront, storefront.new_user(), storefront.new_product(stock))


def executions(storefront: Storefront) -> list[dict[str, Any]]:
    """All executions of the workflow."""
    pages = storefront.client("stepfunctions").get_paginator("list_executions")
    found = pages.paginate(stateMachineArn=storefront.outputs["order_workflow_arn"])
    return [execution for page in found for execution in page["executions"]]


def items(storefront: Storefront, table: str, key: str) -> dict[str, dict[str, Any]]:
    """All items of a table, also those that serve the service itself, by their key."""
    pages = storefront.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=storefront.outputs[f"{table}_table_name"], ConsistentRead=True)
    return {item[key]["S"]: item for page in found for item in page["Items"]}


@contextmanager
def waits_scaled(storefront: Storefront, factor: float) -> Iterator[None]:
    """Other seconds between the retries of a step than the tests' tenth of a second."""
    storefront.emulator.scale_waits(factor)
    try:
        yield
    finally:
        storefront.emulator.scale_waits(0.1)
