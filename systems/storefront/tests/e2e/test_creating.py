"""One e-mail address, one user; one Idempotency-Key, one record."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from storefront_stack import Storefront, error_code, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

CALLERS = 50


def test_of_many_with_one_address_at_once_one_is_created(storefront: Storefront) -> None:
    local = unique("Many")

    def create(number: int) -> Response:
        email = f"{local.upper() if number % 2 else local}@example.com"
        return storefront.until_answered("/users", {"email": email, "name": f"Number {number}"}, unique("key"))

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(create, range(CALLERS)))

    assert Counter(answer.status for answer in answers) == {201: 1, 409: CALLERS - 1}
    assert {error_code(answer, 409) for answer in answers if answer.status == 409} == {"email_in_use"}
    (created,) = [answer.json() for answer in answers if answer.status == 201]
    assert storefront.get("/users", email=created["email"])["items"] == [created]
    assert len(storefront.rows_with("users", "email", created["email"])) == 1


def test_a_repeated_key_has_the_same_answer_and_one_record(storefront: Storefront) -> None:
    email, key = f"{unique('twice')}@example.com", {"Idempotency-Key": unique("key")}
    body = {"email": email, "name": "Ada"}

    first, second = (storefront.call("POST", "/users", body, key) for _ in range(2))

    assert (first.status, second.status) == (201, 201)
    assert first.json() == second.json()
    assert len(storefront.rows_with("users", "email", email)) == 1
    other = storefront.call("POST", "/users", {**body, "name": "Grace"}, key)
    assert error_code(other, 409) == "idempotency_key_reused"


def test_a_repeated_order_is_one_order(storefront: Storefront) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(stock=5)
    body, key = {"userId": user_id, "productId": product_id, "quantity": 2}, {"Idempotency-Key": unique("key")}

    first, second = (storefront.call("POST", "/orders", body, key) for _ in range(2))

    assert (first.status, second.status) == (202, 202)
    assert first.json() == second.json()
    assert storefront.decided(first.json()["orderId"])["status"] == "confirmed"
    assert storefront.stock(product_id) == 3
    assert len(storefront.rows_with("orders", "userId", user_id)) == 1
