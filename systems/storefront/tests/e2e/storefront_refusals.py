"""A service that lacks a permission: that it fails, that it says so, and how what it left behind is completed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from storefront_roles import function_name, service_role
from storefront_stack import DEADLINE, Storefront, unique

from stackwright.testing.roles import Grant
from stackwright.verify import Response

covered: dict[str, set[Grant]] = {}
"""What is taken away from each role by some test."""

LONG_AGO = timedelta(hours=1)


def needs(service: str, *grants: Grant) -> Callable[[Any], Any]:
    """Parametrize a test by the grants that it takes away from a service, and count them as covered."""
    covered.setdefault(service, set()).update(grants)
    return pytest.mark.parametrize("grant", grants, ids=[f"{action} on {resource}" for action, resource in grants])


@contextmanager
def refused(
    storefront: Storefront, service: str, *taken: Grant, denied: Sequence[Mapping[str, Any]] = ()
) -> Iterator[None]:
    """Take permissions away; inside, the service must fail for want of each, and say so in its log and its metric."""
    since, errors = time.time(), metric(storefront, service, "Errors")
    with service_role(storefront, service).without(*taken, denied=denied):
        yield
        lines = "\n".join(log(storefront, service, since))
        for action, _ in taken:
            refusal = rf"AccessDenied.*is not authorized to perform: {action}\b"
            assert re.search(refusal, lines), f"no {action} in:\n{lines}"
        assert metric(storefront, service, "Errors") > errors


def assert_failed(answer: Response) -> None:
    """A failure of the infrastructure: no word of what has failed, and not the client's fault."""
    assert answer.status == 502, answer.body
    assert answer.json()["error"].keys() == {"code", "message", "correlationId"}
    assert answer.json()["error"]["code"] == "internal_error"


def metric(storefront: Storefront, service: str, name: str) -> float:
    """The sum of a metric of a service in the last hour."""
    now = time.time()
    answer = storefront.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": "FunctionName", "Value": function_name(storefront, service)}],
        StartTime=now - 3600,
        EndTime=now + 60,
        Period=3600,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in answer["Datapoints"])


def log(storefront: Storefront, service: str, since: float) -> list[str]:
    """What a service has logged since a time, in seconds since 1970."""
    group = storefront.outputs[f"{service.replace('-', '_')}_log_group"]
    pages = (
        storefront.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=int(since * 1000))
    )
    return [event["message"] for page in pages for event in page["events"]]


def invoke(storefront: Storefront, service: str, event: Any) -> dict[str, Any]:
    """Invoke a service directly; what it answers without an error."""
    answer = storefront.client("lambda").invoke(
        FunctionName=function_name(storefront, service), Payload=json.dumps(event)
    )
    body = json.load(answer["Payload"])
    assert "FunctionError" not in answer, body
    return body


def invoke_asynchronously(storefront: Storefront, service: str, event: Any) -> None:
    """Invoke a service as S3 or EventBridge would."""
    storefront.client("lambda").invoke(
        FunctionName=function_name(storefront, service), InvocationType="Event", Payload=json.dumps(event)
    )


def new_environments(storefront: Storefront, service: str) -> None:
    """Let a service run in new execution environments from now on, which remember nothing."""
    functions, name = storefront.client("lambda"), function_name(storefront, service)
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**variables, "POWERTOOLS_DEV": "false"}}
    )
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def take_message(storefront: Storefront, queue_url: str, marker: str) -> list[dict[str, Any]]:
    """Receive and delete the messages of a queue that contain a text."""
    sqs = storefront.client("sqs")
    received = sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=1
    )
    mine = [message for message in received.get("Messages", []) if marker in message["Body"]]
    for message in mine:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return mine


def dead_letter(storefront: Storefront, service: str, marker: str) -> dict[str, Any]:
    """The event that a service has failed for, once its dead-letter queue has it."""
    url = storefront.outputs[f"{service.replace('-', '_')}_dlq_url"]
    (message,) = storefront.eventually(
        f"the queue has {marker}", lambda: take_message(storefront, url, marker), DEADLINE
    )
    return json.loads(message["Body"])


def row(storefront: Storefront, table: str, key: str, item_id: str) -> dict[str, Any]:
    """An item, whatever the service may do; empty if there is none. Numbers as text."""
    answer = storefront.client("dynamodb").get_item(
        TableName=storefront.outputs[f"{table}_table_name"], Key={key: {"S": item_id}}, ConsistentRead=True
    )
    return {name: next(iter(value.values())) for name, value in answer.get("Item", {}).items()}


def end_attempts(storefront: Storefront, table: str, key: str) -> None:
    """Let the time be over that unfinished requests with an Idempotency-Key had."""
    client, name = storefront.client("dynamodb"), storefront.outputs[f"{table}_table_name"]
    for item in storefront.rows_with(table, "idempotencyStatus", "INPROGRESS"):
        client.update_item(
            TableName=name,
            Key={key: item[key]},
            UpdateExpression="SET in_progress_expiration = :past",
            ExpressionAttributeValues={":past": {"N": "0"}},
        )


def order_row(storefront: Storefront, order_id: str) -> dict[str, Any]:
    return row(storefront, "orders", "orderId", order_id)


def ended(storefront: Storefront, order_id: str) -> dict[str, Any]:
    """The workflow's first execution for an order, once it has ended."""

    def execution() -> dict[str, Any] | None:
        found = storefront.execution(order_id)
        return found if found["status"] != "RUNNING" else None

    return storefront.eventually(f"the workflow of {order_id} ends", execution, DEADLINE)


def resumed(storefront: Storefront, order_id: str) -> dict[str, Any]:
    """An order that was left behind, when the schedule has found it after some time and it is decided."""
    created = datetime.now(UTC) - LONG_AGO
    storefront.client("dynamodb").update_item(
        TableName=storefront.outputs["orders_table_name"],
        Key={"orderId": {"S": order_id}},
        UpdateExpression="SET createdAt = :long_ago",
        ExpressionAttributeValues={
            ":long_ago": {"S": created.isoformat(timespec="microseconds").replace("+00:00", "Z")}
        },
    )
    invoke(storefront, "order-service", {"task": "ResumeOrders"})
    return storefront.decided(order_id)


def order_of_a_new_product(storefront: Storefront, stock: int, quantity: int) -> tuple[str, str]:
    """Place an order by a new user; (its id, the product's)."""
    product_id = storefront.new_product(stock, unique("rights"))
    return storefront.place(storefront.new_user(), product_id, quantity), product_id
