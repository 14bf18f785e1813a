"""Lists come in pages, in which every item is once, whatever happens meanwhile; cursors are for their list alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from storefront_stack import DEADLINE, Storefront, error_code, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

ITEMS = 100
LIMIT = 7
LISTS = ("users by email", "products by category", "orders by user", "orders by status")


@dataclass(frozen=True)
class Filled:
    """A list with items of ours; in that of a status there are others', too, which come and go."""

    path: str
    query: dict[str, str]
    id_name: str
    ids: frozenset[str]
    sorted_by: str = ""
    newest_first: bool = False

    def ask(self, storefront: Storefront, **query: str) -> Response:
        return storefront.call("GET", f"{self.path}?{urlencode({**self.query, **query})}")

    def pages(self, storefront: Storefront, limit: int) -> Iterator[dict[str, Any]]:
        return storefront.pages(self.path, **self.query, limit=str(limit))


@pytest.fixture(scope="session")
def lists(storefront: Storefront) -> dict[str, Filled]:
    """A list in each index, with a hundred items."""
    category, buyer = unique("paged"), unique("nobody")
    email, user_ids = many_users(storefront)
    products = frozenset(storefront.new_product(1, category) for _ in range(ITEMS))
    orders = frozenset(orders_of(storefront, buyer, ITEMS))
    return {
        "users by email": Filled("/users", {"email": email}, "userId", user_ids),
        "products by category": Filled("/products", {"category": category}, "productId", products, "name"),
        "orders by user": Filled("/orders", {"userId": buyer}, "orderId", orders, "createdAt", newest_first=True),
        "orders by status": Filled(
            "/orders", {"status": "rejected"}, "orderId", orders, "createdAt", newest_first=True
        ),
    }


def many_users(storefront: Storefront) -> tuple[str, frozenset[str]]:
    """Users with one address, which only the table lets come into being."""
    email = f"{unique('many')}@example.com"
    rows = [
        {"userId": unique("user"), "email": email, "name": "Ada", "createdAt": "2026-01-01T00:00:00.000000Z"}
        for _ in range(ITEMS)
    ]
    puts = [{"PutRequest": {"Item": {name: {"S": value} for name, value in row.items()}}} for row in rows]
    for start in range(0, ITEMS, 25):
        batch = {storefront.outputs["users_table_name"]: puts[start : start + 25]}
        answer = storefront.client("dynamodb").batch_write_item(RequestItems=batch)
        assert not answer["UnprocessedItems"]
    return email, frozenset(row["userId"] for row in rows)


def orders_of(storefront: Storefront, user_id: str, count: int) -> list[str]:
    """Orders of somebody unknown, all rejected; few at once, because a function runs ten times at once."""
    body = {"userId": user_id, "productId": unique("product"), "quantity": 1}
    order_ids: list[str] = []
    while len(order_ids) < count:
        answers = [
            storefront.until_answered("/orders", body, unique("key")) for _ in range(min(8, count - len(order_ids)))
        ]
        assert {answer.status for answer in answers} == {202}
        placed = [answer.json()["orderId"] for answer in answers]
        assert [storefront.decided(order_id)["status"] for order_id in placed] == ["rejected"] * len(placed)
        order_ids += placed
    return order_ids


# ---- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_item_is_on_one_page(storefront: Storefront, lists: dict[str, Filled], name: str) -> None:
    filled = lists[name]

    pages = list(filled.pages(storefront, LIMIT))

    assert {len(page["items"]) for page in pages[:-1]} == {LIMIT}
    items = [item for page in pages for item in page["items"]]
    if name != "orders by status":
        assert len(items) == ITEMS
    ours = [item[filled.id_name] for item in items if item[filled.id_name] in filled.ids]
    assert len(ours) == len(filled.ids)
    assert frozenset(ours) == filled.ids
    if filled.sorted_by:
        shown = [item[filled.sorted_by] for item in items]
        assert shown == sorted(shown, reverse=filled.newest_first)


def test_the_list_of_all_products_has_every_one_once(storefront: Storefront, lists: dict[str, Filled]) -> None:
    others = {storefront.new_product(1, unique("single")) for _ in range(3)}
    user_id, (bought, *_) = storefront.new_user(), others
    storefront.decided(storefront.place(user_id, bought, 1))

    items = [item for page in storefront.pages("/products", limit="100") for item in page["items"]]

    category = lists["products by category"]
    expected = category.ids | others
    assert sorted(item["productId"] for item in items if item["productId"] in expected) == sorted(expected)
    # Reservations lie in the same table.
    assert all("category" in item for item in items)
    names = [item["name"] for item in items if item["productId"] in category.ids]
    assert names == sorted(names)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_as_long_as_asked_for(storefront: Storefront, lists: dict[str, Filled], name: str) -> None:
    lengths = {limit: len(lists[name].ask(storefront, limit=limit).json()["items"]) for limit in ("1", "100")}

    assert lengths == {"1": 1, "100": 100}
    assert len(lists[name].ask(storefront).json()["items"]) == 20
    for limit in ("0", "101", "abc", "-1", "7.0", ""):
        assert error_code(lists[name].ask(storefront, limit=limit), 400) == "invalid_limit"


def test_what_was_there_before_is_not_lost_to_what_is_new(storefront: Storefront, lists: dict[str, Filled]) -> None:
    category, buyer = unique("growing"), unique("nobody")
    products = [new_product(storefront, f"{number:02} old", category) for number in range(10)]
    orders = orders_of(storefront, buyer, 10)

    seen: list[str] = []
    for number, page in enumerate(storefront.pages("/products", category=category, limit="3")):
        seen += [item["productId"] for item in page["items"]]
        if number < 3:
            # Before and behind the page that was read.
            new_product(storefront, f"00 new {number}", category)
            new_product(storefront, f"09 new {number}", category)
    assert [product_id for product_id in seen if product_id in products] == products
    assert len(seen) == len(set(seen)) == 10 + 3

    seen = []
    for page in storefront.pages("/orders", userId=buyer, limit="3"):
        seen += [item["orderId"] for item in page["items"]]
        # In front of the first page.
        orders_of(storefront, buyer, 1)
    assert seen == orders[::-1]


def test_a_page_begins_behind_an_item_that_has_left_the_list(storefront: Storefront) -> None:
    category = unique("shrinking")
    products = [new_product(storefront, f"{number:02}", category) for number in range(6)]
    first = storefront.get("/products", category=category, limit="3")
    last = first["items"][-1]

    name = f"{unique('elsewhere')}.csv"
    row = f"{last['productId']},{last['name']},{unique('elsewhere')},1.00,1"
    storefront.put_file(f"incoming/{name}", f"productId,name,category,price,stock\n{row}\n".encode())
    storefront.eventually("the file is moved", lambda: not storefront.keys(f"incoming/{name}"), DEADLINE)

    rest = storefront.get("/products", category=category, limit="3", cursor=first["nextCursor"])
    assert [item["productId"] for item in rest["items"]] == products[3:]
    assert rest["nextCursor"] is None
    listed = storefront.get("/products", category=category)["items"]
    assert [item["productId"] for item in listed] == products[:2] + products[3:]


def new_product(storefront: Storefront, name: str, category: str) -> str:
    body = {"name": name, "category": category, "price": "1.00", "stock": 1}
    return storefront.create("/products", body)["productId"]


# ---- cursors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_was_tampered_with_is_refused(
    storefront: Storefront, lists: dict[str, Filled], name: str
) -> None:
    cursor = lists[name].ask(storefront, limit=str(LIMIT)).json()["nextCursor"]
    payload, _, signature = cursor.partition(".")

    def altered(text: str, place: int) -> str:
        return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    forged = [
        altered(payload, 0) + "." + signature,
        altered(payload, len(payload) // 2) + "." + signature,
        payload + "." + altered(signature, 0),
        payload + "." + altered(signature, len(signature) - 1),
        payload,
        f"{payload}.",
        f".{signature}",
        cursor + "A",
        cursor * 100,
        "ü",
        "",
    ]
    for text in forged:
        answer = lists[name].ask(storefront, limit=str(LIMIT), cursor=text)
        assert error_code(answer, 400) == "invalid_cursor", text
    assert lists[name].ask(storefront, limit=str(LIMIT), cursor=cursor).status == 200


def test_a_cursor_is_for_its_list_alone(storefront: Storefront, lists: dict[str, Filled]) -> None:
    others = {
        **lists,
        "all products": Filled("/products", {}, "", frozenset()),
        "another category": Filled("/products", {"category": unique("paged")}, "", frozenset()),
        "another user": Filled("/orders", {"userId": unique("nobody")}, "", frozenset()),
        "another status": Filled("/orders", {"status": "confirmed"}, "", frozenset()),
        "another address": Filled("/users", {"email": f"{unique('many')}@example.com"}, "", frozenset()),
    }
    for name in LISTS:
        cursor = lists[name].ask(storefront, limit="1").json()["nextCursor"]
        for other in others.keys() - {name}:
            answer = others[other].ask(storefront, cursor=cursor)
            assert error_code(answer, 400) == "invalid_cursor", f"{name}: {other}"
