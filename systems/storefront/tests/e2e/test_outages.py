"""Steps that fail for longer than they are retried: orders are given up, and their stock comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from storefront_faults import Faults, faulty_services
from storefront_rush import Rush, new_rush, waits_scaled
from storefront_stack import DEADLINE, Storefront, unique

pytestmark = pytest.mark.e2e

STOCK = 3


@pytest.fixture(scope="module")
def services(storefront: Storefront, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    with faulty_services(storefront, tmp_path_factory.mktemp("faults")) as faults, waits_scaled(storefront, 0.01):
        yield faults


@pytest.fixture
def faults(services: Faults) -> Iterator[Faults]:
    yield services
    services.stop()


@pytest.mark.parametrize(
    ("task", "moment"),
    [
        ("ValidateUser", "before"),
        ("ProcessOrder", "after"),
        ("UpdateInventory", "before"),
        # Stock was taken each time, and nobody was told.
        ("UpdateInventory", "after"),
        ("ConfirmOrder", "before"),
    ],
)
def test_orders_whose_step_never_succeeds_fail_and_give_their_stock_back(
    storefront: Storefront, faults: Faults, task: str, moment: str
) -> None:
    rush = new_rush(storefront, STOCK)
    faults.fail({task: moment})

    rush.place([unique("order"), unique("order")])

    assert set(rush.decide().values()) == {"failed"}
    assert {row["reason"]["S"] for row in rush.rows().values()} == {"InjectedError"}
    assert storefront.stock(rush.product_id) == STOCK
    assert set(rush.reservations().values()) == {"released"}
    assert_given_up(rush)


def test_an_order_whose_confirmation_nobody_heard_of_is_confirmed(storefront: Storefront, faults: Faults) -> None:
    rush = new_rush(storefront, STOCK)
    faults.fail({"ConfirmOrder": "after"})

    rush.place([unique("order"), unique("order")])

    assert set(rush.decide().values()) == {"confirmed"}
    assert storefront.stock(rush.product_id) == STOCK - 2
    assert set(rush.reservations().values()) == {"reserved"}
    assert {each["status"] for each in rush.executions()} == {"SUCCEEDED"}


def test_an_order_that_never_gets_room_in_a_service_fails(storefront: Storefront, faults: Faults) -> None:
    rush = new_rush(storefront, STOCK)
    functions, name = storefront.client("lambda"), storefront.outputs["user_service_function_name"]
    reserved = functions.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        rush.place([unique("order")])
        assert set(rush.decide().values()) == {"failed"}
    finally:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)

    assert {row["reason"]["S"] for row in rush.rows().values()} == {"Lambda.TooManyRequestsException"}
    assert storefront.stock(rush.product_id) == STOCK
    assert_given_up(rush)


def test_what_could_not_even_be_undone_is_undone_later(storefront: Storefront, faults: Faults) -> None:
    rush = new_rush(storefront, STOCK)
    faults.fail({"UpdateInventory": "after", "ReleaseStock": "before"})
    rush.place([unique("order")])
    (order_id,) = rush.order_ids
    storefront.eventually("the execution fails", lambda: storefront.execution(order_id)["status"] == "FAILED", DEADLINE)
    assert rush.rows()[order_id]["status"]["S"] == "failing"
    assert storefront.stock(rush.product_id) == STOCK - 1

    faults.stop()
    look_old(storefront, order_id)
    resume_orders(storefront)

    assert rush.decide() == {order_id: "failed"}
    assert rush.rows()[order_id]["reason"]["S"] == "InjectedError"
    assert storefront.stock(rush.product_id) == STOCK
    assert len(rush.executions()) == 2
    assert_given_up(rush)


def assert_given_up(rush: Rush) -> None:
    """Their executions ended as failed, in HandleError."""
    states = rush.storefront.client("stepfunctions")
    ended = [states.describe_execution(executionArn=each["executionArn"]) for each in rush.executions()]
    assert {(each["status"], each["error"]) for each in ended} == {("FAILED", "WorkflowFailed")}


def look_old(storefront: Storefront, order_id: str) -> None:
    """The order was placed before any execution of today began; the schedule only takes up what is that old."""
    created = f"{datetime.now(UTC) - timedelta(minutes=16):%Y-%m-%dT%H:%M:%S.%fZ}"
    storefront.client("dynamodb").update_item(
        TableName=storefront.outputs["orders_table_name"],
        Key={"orderId": {"S": order_id}},
        UpdateExpression="SET createdAt = :created",
        ExpressionAttributeValues={":created": {"S": created}},
    )


def resume_orders(storefront: Storefront) -> None:
    """What the schedule does every minute."""
    answer = storefront.client("lambda").invoke(
        FunctionName=storefront.outputs["order_service_function_name"], Payload=json.dumps({"task": "ResumeOrders"})
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
