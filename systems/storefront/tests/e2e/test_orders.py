"""Orders are decided: confirmed with their stock taken, or rejected with nothing taken."""

from __future__ import annotations

import uuid

import pytest
from storefront_stack import Storefront, error_code

pytestmark = pytest.mark.e2e


def test_an_order_is_confirmed_and_takes_its_stock(storefront: Storefront) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(stock=5)

    order = storefront.decided(storefront.place(user_id, product_id, 2))

    assert (order["status"], order["userId"], order["productId"], order["quantity"]) == (
        "confirmed",
        user_id,
        product_id,
        2,
    )
    assert storefront.stock(product_id) == 3
    storefront.eventually("the execution ends", lambda: storefront.execution(order["orderId"])["status"] == "SUCCEEDED")


@pytest.mark.parametrize("reason", ["out_of_stock", "unknown_user", "unknown_product"])
def test_what_cannot_be_had_is_rejected_and_takes_nothing(storefront: Storefront, reason: str) -> None:
    product_id = storefront.new_product(stock=5)
    user_id = str(uuid.uuid4()) if reason == "unknown_user" else storefront.new_user()
    ordered = str(uuid.uuid4()) if reason == "unknown_product" else product_id

    order = storefront.decided(storefront.place(user_id, ordered, 9 if reason == "out_of_stock" else 2))

    assert (order["status"], order["reason"]) == ("rejected", reason)
    assert storefront.stock(product_id) == 5
    storefront.eventually("the execution ends", lambda: storefront.execution(order["orderId"])["status"] == "SUCCEEDED")


def test_an_order_that_is_none_is_refused(storefront: Storefront) -> None:
    body = {"userId": str(uuid.uuid4()), "productId": str(uuid.uuid4()), "quantity": 0}

    assert error_code(storefront.call("POST", "/orders", body), 400) == "invalid_body"
    assert error_code(storefront.call("GET", f"/orders/{uuid.uuid4()}"), 404) == "order_not_found"
