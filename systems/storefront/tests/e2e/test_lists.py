"""Lists come in pages, in which every item is once; changes are meant for the version that was seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from storefront_stack import Storefront, error_code, unique

pytestmark = pytest.mark.e2e

ITEMS = 30
LIMIT = 7


def test_the_products_of_a_category_come_in_pages(storefront: Storefront) -> None:
    category = unique("paged")
    with ThreadPoolExecutor(4) as clients:
        made = list(clients.map(lambda _: storefront.new_product(1, category), range(ITEMS)))

    pages = list(storefront.pages("/products", category=category, limit=str(LIMIT)))

    assert [len(page["items"]) for page in pages] == [7, 7, 7, 7, 2]
    items = [item for page in pages for item in page["items"]]
    assert sorted(item["productId"] for item in items) == sorted(made)
    assert [item["name"] for item in items] == sorted(item["name"] for item in items)
    cursor: str = pages[0]["nextCursor"]
    for other in (("A" if cursor[0] != "A" else "B") + cursor[1:], cursor.partition(".")[0], "x"):
        answer = storefront.call("GET", f"/products?category={category}&limit={LIMIT}&cursor={other}")
        assert error_code(answer, 400) == "invalid_cursor"
    elsewhere = storefront.call("GET", f"/products?category={unique('paged')}&cursor={cursor}")
    assert error_code(elsewhere, 400) == "invalid_cursor"


def test_a_change_of_a_stale_version_is_refused(storefront: Storefront) -> None:
    product_id = storefront.new_product(stock=5)

    changed = storefront.call("PATCH", f"/products/{product_id}", {"version": 1, "price": "5.00"})
    stale = storefront.call("PATCH", f"/products/{product_id}", {"version": 1, "stock": 0})

    assert changed.status == 200, changed.body
    assert error_code(stale, 409) == "version_conflict"
    product = storefront.get(f"/products/{product_id}")
    assert (product["version"], product["price"], product["stock"]) == (2, "5.00", 5)
