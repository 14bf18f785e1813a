"""What all routes and tasks share: shapes, headers, logs, and what is raised."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from storefront_service import ANN, UNKNOWN, Services, order

from stackwright_handlers import http
from stackwright_handlers.errors import InvalidTaskError, SecretError, StorageError, TableError
from stackwright_handlers.testing import MemoryFile


@pytest.fixture
def services() -> Services:
    return Services()


class TestRoutes:
    def test_answers_of_all_services_allow_the_origin_that_the_api_told_them(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CORS_ORIGIN", "https://shop.example.com")
        http.cors_headers.cache_clear()
        try:
            services = Services()
            paths = ("/users/x", "/orders/x", "/products/x", "/nothing")
            answers = [services.call("GET", path) for path in paths] + [services.call("POST", "/users", ANN)]
        finally:
            http.cors_headers.cache_clear()

        assert [answer.status for answer in answers] == [404, 404, 404, 404, 201]
        assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {"https://shop.example.com"}
        assert {answer.headers["Vary"] for answer in answers} == {"Origin"}

    @pytest.mark.parametrize("path", ["/", "/nothing", "/users/a/b", "/orders/a/b", "/orders/idempotency#x", "/health"])
    def test_an_unknown_route_is_404(self, services: Services, path: str) -> None:
        answer = services.call("GET", path)
        assert (answer.status, answer.code) == (404, "route_not_found")

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("PUT", "/users", "GET, OPTIONS, POST"),
            ("DELETE", "/users/x", "GET, OPTIONS"),
            ("PATCH", "/orders", "GET, OPTIONS, POST"),
            ("POST", "/orders/x", "GET, OPTIONS"),
            ("DELETE", "/products", "GET, OPTIONS, POST"),
            ("POST", "/products/x", "GET, OPTIONS, PATCH"),
        ],
    )
    def test_another_method_is_405(self, services: Services, method: str, path: str, allow: str) -> None:
        answer = services.call(method, path)
        assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method_not_allowed", allow)

    def test_a_body_may_come_in_base64(self, services: Services) -> None:
        body = base64.b64encode(json.dumps(ANN).encode()).decode()
        assert services.call("POST", "/users", body, isBase64Encoded=True).status == 201

    @pytest.mark.parametrize("body", ["!", "gA==", "e30", "größe"])
    def test_a_body_that_is_not_what_it_says_is_not_json(self, services: Services, body: str) -> None:
        assert services.call("POST", "/users", body, isBase64Encoded=True).code == "invalid_json"

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json",
            "Application/JSON; charset=UTF-8",
            'application/json;charset="utf-8"',
            "application/vnd.x+json",
        ],
    )
    def test_json_by_any_name(self, services: Services, content_type: str) -> None:
        assert services.call("POST", "/users", ANN, headers={"Content-Type": content_type}).status == 201

    @pytest.mark.parametrize(
        "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "json", "application/json; charset=x"]
    )
    def test_other_bodies_are_415(self, services: Services, content_type: str) -> None:
        answer = services.call("POST", "/users", ANN, headers={"Content-Type": content_type})
        assert (answer.status, answer.code) == (415, "unsupported_media_type")


ANSWERS = [
    ("POST", "/users", ANN, 201),
    ("POST", "/products", "{", 400),
    ("GET", "/orders/x", None, 404),
    ("GET", "/nothing", None, 404),
    ("DELETE", "/users", None, 405),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ANSWERS)
class TestEveryAnswer:
    def test_has_cors_headers_and_is_kept_by_no_cache(
        self, services: Services, method: str, path: str, body: object, status: int
    ) -> None:
        answer = services.call(method, path, body)
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
        assert "X-Api-Key" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Access-Control-Expose-Headers"] == "X-Correlation-Id"
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("client-1.a:b_c", "client-1.a:b_c"),
            ("x" * 64, "x" * 64),
            ("x" * 65, "gateway-request"),
            ("", "gateway-request"),
            ("a b", "gateway-request"),
            ("a\r\nb", "gateway-request"),
            ("ü", "gateway-request"),
        ],
    )
    def test_carries_the_correlation_id(
        self, services: Services, method: str, path: str, body: object, status: int, given: str, expected: str
    ) -> None:
        answer = services.call(method, path, body, headers={"x-correlation-id": given})
        assert answer.headers["X-Correlation-Id"] == expected
        if status >= 400:
            error = answer.body["error"]
            assert error["correlationId"] == expected
            assert {"code", "message", "correlationId"} <= set(error) <= {"code", "message", "details", "correlationId"}
        assert all(line["correlation_id"] == expected for line in services.log())


class TestFailures:
    @pytest.mark.parametrize(
        ("method", "path", "step", "failure"),
        [
            ("POST", "/users", "userId transact", TableError("dynamodb TransactWriteItems failed: AccessDenied")),
            ("GET", f"/users/{UNKNOWN}", "userId get", TableError("dynamodb GetItem failed: Throttling")),
        ],
    )
    def test_they_are_logged_and_raised(
        self, services: Services, method: str, path: str, step: str, failure: Exception
    ) -> None:
        services.world.steps.failures[step] = failure
        with pytest.raises(type(failure)):
            services.call(method, path, ANN)
        [line] = services.log()
        assert (line["level"], line["exception_name"]) == ("ERROR", type(failure).__name__)
        assert str(failure) in line["exception"]

    def test_so_is_a_key_that_cannot_be_read(self, services: Services) -> None:
        services.world.steps.failures["secret"] = SecretError("secretsmanager GetSecretValue failed")
        with pytest.raises(SecretError):
            services.call("GET", "/products", query={"category": "home", "cursor": "x.y"})

    @pytest.mark.parametrize(
        "event",
        [
            {},
            {"task": None},
            {"task": ["ProcessOrder"]},
            {"task": "Unknown"},
            {"task": "ConfirmOrder"},
            {"task": "ConfirmOrder", "orderId": "x"},
            {"task": "ConfirmOrder", "orderId": UNKNOWN},
            {"task": "FailOrder", "orderId": UNKNOWN},
            {"task": "RejectOrder", "orderId": UNKNOWN, "reason": "whim"},
            {"Records": []},
        ],
    )
    def test_an_input_that_is_no_task_of_the_order_service_raises(
        self, services: Services, event: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidTaskError):
            services.orders(event, services.context)  # type: ignore[arg-type]
        assert services.log()[-1]["exception_name"] == "InvalidTaskError"

    @pytest.mark.parametrize("quantity", [None, 0, -1, 10_001, True, "1", 1.5])
    def test_an_input_without_a_quantity_raises(self, services: Services, quantity: object) -> None:
        with pytest.raises(InvalidTaskError):
            services.task(services.products, "UpdateInventory", orderId=UNKNOWN, productId=UNKNOWN, quantity=quantity)

    @pytest.mark.parametrize("event", [{"Records": [{}]}, {"Records": [{"s3": None}]}])
    def test_a_notification_that_is_none_raises(self, services: Services, event: dict[str, Any]) -> None:
        with pytest.raises(InvalidTaskError):
            services.products(event, services.context)  # type: ignore[arg-type]

    def test_a_notification_about_another_bucket_raises(self, services: Services) -> None:
        with pytest.raises(InvalidTaskError):
            services.notify("incoming/a.csv", bucket="other")

    def test_a_file_that_fails_does_not_stop_the_others(self, services: Services) -> None:
        content = b"name,category,price,stock\nChair,home,1,1\n"
        services.world.steps.failures["put"] = StorageError("s3 PutObject failed: SlowDown")
        services.world.objects.objects["incoming/bad.csv"] = MemoryFile(b"")
        services.world.objects.objects["incoming/good.csv"] = MemoryFile(content)
        with pytest.raises(StorageError):
            services.notify("incoming/bad.csv", "incoming/good.csv")
        assert set(services.world.objects.objects) == {"incoming/bad.csv", "processed/good.csv"}


class TestLog:
    def test_a_client_error_is_a_warning_without_personal_data(self, services: Services) -> None:
        services.call("POST", "/users", {**ANN, "email": "jane@secret.org", "extra": "jane"})
        services.call("GET", "/users/jane")
        for line in services.log():
            assert (line["level"], line["message"]) == ("WARNING", "request rejected")
            assert "jane" not in json.dumps(line)

    def test_steps_of_an_order_are_found_by_its_id(self, services: Services) -> None:
        order_id, _ = order(services)
        services.task(services.orders, "ProcessOrder", orderId=order_id)
        line = services.log()[-1]
        assert (line["message"], line["task"], line["outcome"]) == ("task done", "ProcessOrder", "processing")
        assert (line["correlation_id"], line["environment"]) == (order_id, "test")
        assert "ann@" not in services.output.getvalue().lower()
