"""What user-service may do in particular, each thing taken away in turn; see test_least_privilege.py."""

from __future__ import annotations

import pytest
from storefront_refusals import assert_failed, ended, needs, order_of_a_new_product, refused
from storefront_stack import Storefront, unique

from stackwright.testing.roles import Grant

pytestmark = pytest.mark.e2e


@needs("user-service", ("dynamodb:GetItem", "users-table"))
def test_finding_a_user_needs(storefront: Storefront, grant: Grant) -> None:
    user_id = storefront.new_user()
    with refused(storefront, "user-service", grant):
        assert_failed(storefront.call("GET", f"/users/{user_id}"))
        order_id, product_id = order_of_a_new_product(storefront, stock=5, quantity=2)
        order = storefront.decided(order_id)
    assert (order["status"], order["reason"]) == ("failed", "TableError")
    assert ended(storefront, order_id)["error"] == "WorkflowFailed"
    assert storefront.stock(product_id) == 5

    assert storefront.get(f"/users/{user_id}")["userId"] == user_id
    assert storefront.decided(storefront.place(user_id, product_id, 2))["status"] == "confirmed"


@needs("user-service", ("dynamodb:Query", "users-email-index"))
def test_finding_an_address_needs(storefront: Storefront, grant: Grant) -> None:
    user = storefront.create("/users", {"email": f"{unique('user')}@example.com", "name": "Ada"})
    with refused(storefront, "user-service", grant):
        assert_failed(storefront.call("GET", f"/users?email={user['email']}"))

    assert storefront.get("/users", email=user["email"])["items"] == [user]
