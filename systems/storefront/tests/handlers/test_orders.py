"""Orders as clients, the workflow and the schedule see them, on ports in memory."""

from __future__ import annotations

import json

import pytest
from storefront.errors import OrderAbandonedError
from storefront_service import UNKNOWN, Services, order

from stackwright_handlers.errors import InvalidTaskError, WorkflowStartError


@pytest.fixture
def services() -> Services:
    return Services()


class TestOrders:
    def test_an_order_is_placed_and_its_workflow_started(self, services: Services) -> None:
        order_id, body = order(services)

        assert services.world.workflow.started == {order_id: {"orderId": order_id, **body}}
        shown = services.call("GET", f"/orders/{order_id}").body
        now = "2025-03-04T05:06:07.000089Z"
        assert shown == {"orderId": order_id, **body, "status": "pending", "createdAt": now, "updatedAt": now}
        for query in ({"userId": str(body["userId"])}, {"status": "pending"}):
            assert services.call("GET", "/orders", query=query).body == {"items": [shown], "nextCursor": None}

    def test_the_answer_to_placing_it(self, services: Services) -> None:
        answer = services.call("POST", "/orders", {"userId": "a", "productId": "b", "quantity": 1})
        assert answer.status == 202
        assert answer.body == {"orderId": answer.body["orderId"], "status": "pending"}

    def test_the_steps_of_a_confirmed_order(self, services: Services) -> None:
        order_id, body = order(services)
        of: dict[str, object] = {"orderId": order_id}

        assert services.task(services.users, "ValidateUser", **of, userId=body["userId"]) == {"outcome": "valid"}
        assert services.task(services.orders, "ProcessOrder", **of) == {"outcome": "processing"}
        taken = services.task(services.products, "UpdateInventory", **of, productId=body["productId"], quantity=2)
        assert taken == {"outcome": "reserved"}
        assert services.task(services.orders, "ConfirmOrder", **of) == {"outcome": "confirmed"}

        assert services.call("GET", f"/orders/{order_id}").body["status"] == "confirmed"
        assert services.call("GET", f"/products/{body['productId']}").body["stock"] == 3

    def test_the_steps_of_a_rejected_order(self, services: Services) -> None:
        order_id, body = order(services, quantity=6)
        services.task(services.orders, "ProcessOrder", orderId=order_id)
        answer = services.task(
            services.products, "UpdateInventory", orderId=order_id, productId=body["productId"], quantity=6
        )
        assert answer == {"outcome": "rejected", "reason": "out_of_stock"}
        rejected = services.task(services.orders, "RejectOrder", orderId=order_id, reason="out_of_stock")
        assert rejected == {"outcome": "rejected", "reason": "out_of_stock"}
        assert services.call("GET", f"/orders/{order_id}").body["reason"] == "out_of_stock"

    @pytest.mark.parametrize("user_id", [UNKNOWN, "nobody"])
    def test_an_unknown_user(self, services: Services, user_id: str) -> None:
        answer = services.task(services.users, "ValidateUser", orderId=UNKNOWN, userId=user_id)
        assert answer == {"outcome": "rejected", "reason": "unknown_user"}

    def test_the_steps_of_an_order_that_is_given_up(self, services: Services) -> None:
        order_id, body = order(services)
        of: dict[str, object] = {"orderId": order_id}
        error = {"Error": "TableError", "Cause": "internals"}
        services.task(services.orders, "ProcessOrder", **of)
        services.task(services.products, "UpdateInventory", **of, productId=body["productId"], quantity=2)

        failing = {"outcome": "failing", "reason": "TableError"}
        assert services.task(services.orders, "CancelOrder", **of, error=error) == failing
        for task in ("ProcessOrder", "ConfirmOrder"):
            with pytest.raises(OrderAbandonedError):
                services.task(services.orders, task, **of)
        assert services.task(services.products, "ReleaseStock", **of) == {"outcome": "released"}
        with pytest.raises(OrderAbandonedError):
            services.task(services.products, "UpdateInventory", **of, productId=body["productId"], quantity=2)
        failed = {"outcome": "failed", "reason": "TableError"}
        assert services.task(services.orders, "FailOrder", **of, error={"Error": "Other"}) == failed

        assert services.call("GET", f"/products/{body['productId']}").body["stock"] == 5
        assert "internals" not in json.dumps(services.call("GET", f"/orders/{order_id}").body)

    @pytest.mark.parametrize("error", [None, "text", {}, {"Error": None}, {"Error": "x" * 1000}])
    def test_an_order_is_given_up_whatever_catch_passes_on(self, services: Services, error: object) -> None:
        order_id, _ = order(services)
        report = services.task(services.orders, "FailOrder", orderId=order_id, error=error)
        assert report["outcome"] == "failed"
        assert len(report["reason"]) <= 100

    def test_final_orders_stay_as_they_are(self, services: Services) -> None:
        order_id, _ = order(services)
        services.task(services.orders, "FailOrder", orderId=order_id, error={"Error": "First"})
        before = services.call("GET", f"/orders/{order_id}").body
        services.world.wait(1)
        services.task(services.orders, "CancelOrder", orderId=order_id)
        services.task(services.orders, "RejectOrder", orderId=order_id, reason="out_of_stock")
        assert services.task(services.orders, "ProcessOrder", orderId=order_id)["outcome"] == "failed"
        assert services.call("GET", f"/orders/{order_id}").body == before

    def test_a_reservation_is_one_orders(self, services: Services) -> None:
        order_id, body = order(services)
        services.task(services.products, "UpdateInventory", orderId=order_id, productId=body["productId"], quantity=2)
        with pytest.raises(InvalidTaskError):
            services.task(
                services.products, "UpdateInventory", orderId=order_id, productId=body["productId"], quantity=1
            )

    def test_a_product_that_was_removed_by_hand_does_not_keep_an_order_from_ending(self, services: Services) -> None:
        order_id, body = order(services)
        services.task(services.products, "UpdateInventory", orderId=order_id, productId=body["productId"], quantity=2)
        del services.world.products.rows[str(body["productId"])]
        assert services.task(services.products, "ReleaseStock", orderId=order_id) == {"outcome": "released"}

    def test_decisions_about_stock_expire(self, services: Services) -> None:
        order_id, _ = order(services)
        services.task(services.products, "ReleaseStock", orderId=order_id)
        item = services.world.products.rows[f"reservation#{order_id}"]
        assert item["expiration"] == int(services.world.now.timestamp()) + 180 * 24 * 3600

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            (None, "missing_filter"),
            ({"userId": "a", "status": "pending"}, "missing_filter"),
            ({"status": "done"}, "invalid_status"),
            ({"userId": "a b"}, "invalid_user_id"),
        ],
    )
    def test_a_list_needs_one_filter(self, services: Services, query: dict[str, str] | None, code: str) -> None:
        assert services.call("GET", "/orders", query=query).code == code

    @pytest.mark.parametrize("order_id", [UNKNOWN, "x", "idempotency%23x"])
    def test_what_is_no_order_is_404(self, services: Services, order_id: str) -> None:
        assert services.call("GET", f"/orders/{order_id}").code == "order_not_found"

    def test_an_order_whose_workflow_cannot_be_started_is_an_error_and_stays_pending(self, services: Services) -> None:
        services.world.steps.failures["start"] = WorkflowStartError("states StartExecution failed: Throttling")
        with pytest.raises(WorkflowStartError):
            order(services)
        [row] = services.world.orders.rows.values()
        assert row["status"] == "pending"


class TestResuming:
    def test_what_waits_too_long_is_started_the_oldest_first(self, services: Services) -> None:
        services.world.steps.failures["start"] = WorkflowStartError("down")
        for _ in range(3):
            with pytest.raises(WorkflowStartError):
                services.call("POST", "/orders", {"userId": "a", "productId": "b", "quantity": 1})
            services.world.wait(30)
        del services.world.steps.failures["start"]

        assert services.task(services.orders, "ResumeOrders") == {"started": 1, "unfinished": False}
        services.world.wait(60)
        assert services.task(services.orders, "ResumeOrders") == {"started": 2, "unfinished": False}
        assert services.task(services.orders, "ResumeOrders") == {"started": 0, "unfinished": False}
        assert list(services.world.workflow.started) == list(services.world.orders.rows)

    @pytest.mark.parametrize("task", ["ProcessOrder", "CancelOrder"])
    def test_what_got_stuck_is_started_under_another_name(self, services: Services, task: str) -> None:
        order_id, _ = order(services)
        services.task(services.orders, task, orderId=order_id)
        services.world.wait(14 * 60)
        assert services.task(services.orders, "ResumeOrders")["started"] == 0
        services.world.wait(2 * 60)
        assert services.task(services.orders, "ResumeOrders")["started"] == 1
        assert services.task(services.orders, "ResumeOrders")["started"] == 0
        services.world.wait(15 * 60)
        assert services.task(services.orders, "ResumeOrders")["started"] == 1
        assert list(services.world.workflow.started) == [order_id, f"{order_id}-1", f"{order_id}-2"]

    def test_final_orders_are_left_alone(self, services: Services) -> None:
        order_id, _ = order(services)
        services.task(services.orders, "FailOrder", orderId=order_id)
        services.world.wait(3600)
        assert services.task(services.orders, "ResumeOrders")["started"] == 0

    def test_more_than_a_page(self, services: Services) -> None:
        for _ in range(250):
            services.call("POST", "/orders", {"userId": "a", "productId": "b", "quantity": 1})
        services.world.workflow.started.clear()
        services.world.wait(61)
        assert services.task(services.orders, "ResumeOrders") == {"started": 250, "unfinished": False}

    def test_it_stops_in_time(self, services: Services) -> None:
        order(services)
        services.world.wait(3600)
        services.context.remaining_ms = 4_000
        assert services.task(services.orders, "ResumeOrders") == {"started": 0, "unfinished": True}
