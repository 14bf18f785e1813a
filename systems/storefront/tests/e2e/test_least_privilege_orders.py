"""What order-service may do in particular, each thing taken away in turn; see test_least_privilege.py."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from storefront_refusals import assert_failed, ended, invoke, needs, order_of_a_new_product, refused, resumed
from storefront_stack import Storefront, unique

from stackwright.testing.roles import Grant

pytestmark = pytest.mark.e2e


@needs("order-service", ("dynamodb:GetItem", "orders-table"))
def test_showing_an_order_needs(storefront: Storefront, grant: Grant) -> None:
    order_id, product_id = order_of_a_new_product(storefront, stock=5, quantity=2)
    with refused(storefront, "order-service", grant):
        assert_failed(storefront.call("GET", f"/orders/{order_id}"))
        ended(storefront, order_id)

    assert storefront.decided(order_id)["status"] == "confirmed"
    assert storefront.stock(product_id) == 3


@needs("order-service", ("dynamodb:UpdateItem", "orders-table"))
def test_deciding_an_order_needs(storefront: Storefront, grant: Grant) -> None:
    with refused(storefront, "order-service", grant):
        order_id, product_id = order_of_a_new_product(storefront, stock=5, quantity=2)
        execution = ended(storefront, order_id)
        assert (execution["status"], execution["error"]) == ("FAILED", "WorkflowFailed")
        assert storefront.get(f"/orders/{order_id}")["status"] == "pending"
        assert storefront.stock(product_id) == 5

    assert resumed(storefront, order_id)["status"] == "confirmed"
    assert storefront.stock(product_id) == 3


@needs("order-service", ("states:StartExecution", "order-workflow"))
@pytest.mark.parametrize("repeated", [True, False], ids=["the client repeats", "the schedule finds it"])
def test_starting_the_workflow_needs(storefront: Storefront, grant: Grant, repeated: bool) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(5)
    body = {"userId": user_id, "productId": product_id, "quantity": 2}
    key = {"Idempotency-Key": unique("key")} if repeated else {}
    with refused(storefront, "order-service", grant):
        assert_failed(storefront.call("POST", "/orders", body, key))
        # It is written down, and waits.
        (order,) = storefront.get("/orders", userId=user_id)["items"]
        assert order["status"] == "pending"
        with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
            storefront.execution(order["orderId"])

    if repeated:
        answer = storefront.call("POST", "/orders", body, key)
        assert (answer.status, answer.json()["orderId"]) == (202, order["orderId"])
        decided = storefront.decided(order["orderId"])
    else:
        decided = resumed(storefront, order["orderId"])
    assert decided["status"] == "confirmed"
    assert storefront.stock(product_id) == 3
    assert len(storefront.rows_with("orders", "userId", user_id)) == 1


@needs("order-service", ("dynamodb:Query", "orders-userId-index"))
def test_listing_the_orders_of_a_user_needs(storefront: Storefront, grant: Grant) -> None:
    order_id, _ = order_of_a_new_product(storefront, stock=5, quantity=2)
    user_id = storefront.decided(order_id)["userId"]
    with refused(storefront, "order-service", grant):
        assert_failed(storefront.call("GET", f"/orders?userId={user_id}"))

    assert [each["orderId"] for each in storefront.get("/orders", userId=user_id)["items"]] == [order_id]


@needs("order-service", ("dynamodb:Query", "orders-status-index"))
def test_finding_orders_by_their_status_needs(storefront: Storefront, grant: Grant) -> None:
    with refused(storefront, "order-service", grant):
        assert_failed(storefront.call("GET", "/orders?status=confirmed"))
        with pytest.raises(AssertionError, match="dynamodb Query failed: AccessDenied"):
            invoke(storefront, "order-service", {"task": "ResumeOrders"})

    assert storefront.call("GET", "/orders?status=confirmed").status == 200
    assert invoke(storefront, "order-service", {"task": "ResumeOrders"})["unfinished"] is False
