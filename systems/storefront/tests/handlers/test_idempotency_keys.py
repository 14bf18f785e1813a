"""The Idempotency-Key header of the creating routes."""

from __future__ import annotations

import pytest
from storefront_service import ANN, CHAIR, Answer, Services, created

from stackwright_handlers.errors import TableError
from stackwright_handlers.testing import nothing


@pytest.fixture
def services() -> Services:
    return Services()


KEY = {"Idempotency-Key": "key-1"}


CREATING = [
    ("/users", ANN, {"email": "b@x.org", "name": "B"}, 201),
    ("/products", CHAIR, {**CHAIR, "name": "Table"}, 201),
    (
        "/orders",
        {"userId": "a", "productId": "b", "quantity": 1},
        {"userId": "a", "productId": "b", "quantity": 2},
        202,
    ),
]


@pytest.mark.parametrize(("path", "body", "other", "status"), CREATING)
class TestIdempotency:
    def public(self, services: Services) -> int:
        world = services.world
        tables = (world.users, world.orders, world.products)
        return sum("createdAt" in row for table in tables for row in table.rows.values())

    def test_the_same_request_gets_the_first_answer(
        self, services: Services, path: str, body: object, other: object, status: int
    ) -> None:
        first = services.call("POST", path, body, headers=KEY)
        second = services.call("POST", path, body, headers=KEY)
        assert (second.status, second.body) == (first.status, first.body) == (status, first.body)
        assert self.public(services) == 1
        assert all(key.startswith(f"idempotency#POST {path}#") for key in services.answers.records)

    def test_another_body_is_409(self, services: Services, path: str, body: object, other: object, status: int) -> None:
        services.call("POST", path, body, headers=KEY)
        answer = services.call("POST", path, other, headers=KEY)
        assert (answer.status, answer.code) == (409, "idempotency_key_reused")
        assert self.public(services) == 1

    def test_while_the_first_request_runs_it_is_409(
        self, services: Services, path: str, body: object, other: object, status: int
    ) -> None:
        inner: list[Answer] = []

        def meanwhile(_: str) -> None:
            services.world.steps.before = nothing
            inner.append(services.call("POST", path, body, headers=KEY))

        services.world.steps.before = meanwhile
        assert services.call("POST", path, body, headers=KEY).status == status
        assert (inner[0].status, inner[0].code) == (409, "idempotency_in_progress")
        assert inner[0].headers["Retry-After"] == "2"

    @pytest.mark.parametrize("lost_answer", [True, False])
    def test_after_a_crash_the_retry_completes_the_same_thing(
        self, services: Services, path: str, body: object, other: object, status: int, lost_answer: bool
    ) -> None:
        class Crash(BaseException):
            pass

        def crash(_: str) -> None:
            raise Crash

        setattr(services.world.steps, "after" if lost_answer else "before", crash)
        services.context.remaining_ms = -1
        with pytest.raises(Crash):
            services.call("POST", path, body, headers=KEY)
        services.world.steps.before = services.world.steps.after = nothing
        services.context.remaining_ms = 29_000

        assert services.call("POST", path, body, headers=KEY).status == status
        assert self.public(services) == 1

    def test_after_a_client_error_the_key_is_free(
        self, services: Services, path: str, body: object, other: object, status: int
    ) -> None:
        assert services.call("POST", path, {}, headers=KEY).status == 400
        assert services.call("POST", path, body, headers=KEY).status == status

    @pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü", "a\nb"])
    def test_a_key_that_is_none(
        self, services: Services, path: str, body: object, other: object, status: int, key: str
    ) -> None:
        answer = services.call("POST", path, body, headers={"Idempotency-Key": key})
        assert (answer.status, answer.code) == (400, "invalid_idempotency_key")

    def test_records_that_cannot_be_used_raise(
        self, services: Services, path: str, body: object, other: object, status: int
    ) -> None:
        services.answers.failure = RuntimeError("AccessDeniedException")
        with pytest.raises(TableError):
            services.call("POST", path, body, headers=KEY)
        assert self.public(services) == 0


def test_a_taken_email_address_frees_the_key_for_another_body(services: Services) -> None:
    created(services, "/users", ANN)
    assert services.call("POST", "/users", ANN, headers=KEY).code == "email_in_use"
    assert services.call("POST", "/users", {**ANN, "email": "b@x.org"}, headers=KEY).status == 201
