"""Users and products as clients of the API see them, on ports in memory."""

from __future__ import annotations

import json

import pytest
from storefront_service import ANN, CHAIR, UNKNOWN, Services, created


@pytest.fixture
def services() -> Services:
    return Services()


class TestUsers:
    def test_a_user_is_created_and_found(self, services: Services) -> None:
        user = created(services, "/users", ANN)

        assert user == {
            "userId": user["userId"],
            "email": "ann@example.com",
            "name": "Ann",
            "createdAt": "2025-03-04T05:06:07.000089Z",
        }
        assert services.call("GET", f"/users/{user['userId']}").body == user
        listed = services.call("GET", "/users", query={"email": "ANN@example.COM"})
        assert listed.body == {"items": [user], "nextCursor": None}

    @pytest.mark.parametrize("email", ["Ann@Example.com", "ann@example.com", "ANN@EXAMPLE.COM"])
    def test_an_email_address_is_taken_once_in_any_letter_case(self, services: Services, email: str) -> None:
        created(services, "/users", ANN)
        answer = services.call("POST", "/users", {"email": email, "name": "Other"})
        assert (answer.status, answer.code) == (409, "email_in_use")
        assert len(services.world.users.rows) == 2

    @pytest.mark.parametrize("user_id", [UNKNOWN, "x", "email%23ann@example.com", "A" * 500])
    def test_what_is_no_user_is_404(self, services: Services, user_id: str) -> None:
        created(services, "/users", ANN)
        assert services.call("GET", f"/users/{user_id}").code == "user_not_found"

    def test_an_unknown_email_address_is_an_empty_list(self, services: Services) -> None:
        assert services.call("GET", "/users", query={"email": "x@y.z"}).body == {"items": [], "nextCursor": None}

    @pytest.mark.parametrize(("query", "code"), [(None, "missing_filter"), ({"email": ""}, "invalid_email")])
    def test_a_list_needs_an_email_address(self, services: Services, query: dict[str, str] | None, code: str) -> None:
        assert services.call("GET", "/users", query=query).code == code

    def test_a_name_may_be_anybodys(self, services: Services) -> None:
        user = created(services, "/users", {"email": "ö@exämple.org", "name": " Zoë O'Neil-김 👩‍🚀 "})
        assert user["name"] == "Zoë O'Neil-김 👩‍🚀"


class TestProducts:
    def test_a_product_is_created_and_found(self, services: Services) -> None:
        product = created(services, "/products", CHAIR)

        assert product | CHAIR == product
        assert product["version"] == 1
        assert services.call("GET", f"/products/{product['productId']}").body == product
        listed = services.call("GET", "/products", query={"category": "home"})
        assert listed.body == {"items": [product], "nextCursor": None}

    @pytest.mark.parametrize(
        ("price", "shown"),
        [
            ("0", "0.00"),
            ("19.9", "19.90"),
            ("9999999999.99", "9999999999.99"),
            ("007", "7.00"),
            ("__19.9", "19.90"),
            ("__19", "19.00"),
            ("__-0.0", "0.00"),
            ("__1e1", "10.00"),
            ("__0.10", "0.10"),
            ("__9999999999.99", "9999999999.99"),
        ],
    )
    def test_prices_come_as_texts_or_numbers_and_go_as_texts(self, services: Services, price: str, shown: str) -> None:
        text = json.dumps({**CHAIR, "price": price})
        product = created(services, "/products", text.replace(f'"{price}"', price[2:]) if "__" in price else text)
        assert product["price"] == shown

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"price": "25"}, {"price": "25.00", "stock": 5}),
            ({"stock": 0}, {"price": "19.90", "stock": 0}),
            ({"price": 1.5, "stock": 9}, {"price": "1.50", "stock": 9}),
        ],
    )
    def test_price_and_stock_change_with_the_version(
        self, services: Services, change: dict[str, object], expected: dict[str, object]
    ) -> None:
        product = created(services, "/products", CHAIR)
        services.world.wait(1)
        path = f"/products/{product['productId']}"
        changed = services.call("PATCH", path, {"version": 1, **change}).body
        assert changed == product | expected | {"version": 2, "updatedAt": "2025-03-04T05:06:08.000089Z"}
        assert services.call("GET", path).body == changed

    def test_a_change_of_an_older_version_is_409(self, services: Services) -> None:
        path = f"/products/{created(services, '/products', CHAIR)['productId']}"
        services.call("PATCH", path, {"version": 1, "stock": 4})
        answer = services.call("PATCH", path, {"version": 1, "stock": 3})
        assert (answer.status, answer.code, answer.body["error"]["details"]) == (
            409,
            "version_conflict",
            {"version": 2},
        )
        assert services.call("GET", path).body["stock"] == 4

    def test_stock_that_an_order_took_is_not_overwritten(self, services: Services) -> None:
        product_id = created(services, "/products", CHAIR)["productId"]
        services.task(services.products, "UpdateInventory", orderId=UNKNOWN, productId=product_id, quantity=2)
        answer = services.call("PATCH", f"/products/{product_id}", {"version": 1, "stock": 5})
        assert answer.code == "version_conflict"

    @pytest.mark.parametrize("product_id", [UNKNOWN, "x", f"reservation%23{UNKNOWN}"])
    def test_what_is_no_product_is_404(self, services: Services, product_id: str) -> None:
        services.task(services.products, "ReleaseStock", orderId=UNKNOWN)
        assert services.call("GET", f"/products/{product_id}").code == "product_not_found"
        answer = services.call("PATCH", f"/products/{product_id}", {"version": 1, "stock": 5})
        assert answer.code == "product_not_found"

    @pytest.mark.parametrize("category", ["", " ", "x" * 101])
    def test_a_category_that_is_none(self, services: Services, category: str) -> None:
        assert services.call("GET", "/products", query={"category": category}).code == "invalid_category"

    def test_the_list_of_all_has_the_products_and_nothing_that_lies_beside_them(self, services: Services) -> None:
        key = {"Idempotency-Key": "k"}
        products = [
            services.call("POST", "/products", {**CHAIR, "name": name, "category": category}, key).body
            for category, name, key in (("a", "2", None), ("b", "1", None), ("a", "1", key))
        ]
        taken = {"orderId": UNKNOWN, "productId": products[0]["productId"], "quantity": 2}
        services.task(services.products, "UpdateInventory", **taken)

        listed = services.call("GET", "/products").body["items"]

        assert len(services.world.products.rows) > 3
        assert {each["productId"] for each in listed} == {each["productId"] for each in products}
        assert [each["name"] for each in listed if each["category"] == "a"] == ["1", "2"]
