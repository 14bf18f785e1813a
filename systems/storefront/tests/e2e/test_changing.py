"""A change is meant for the version that its sender has seen: nobody overwrites what he does not know."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from storefront_stack import Storefront, error_code

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

CLIENTS = 8  # fewer than the runs that are reserved for a function


def test_a_change_of_a_stale_version_is_refused(storefront: Storefront) -> None:
    product_id = storefront.new_product(stock=5)

    changed = storefront.call("PATCH", f"/products/{product_id}", {"version": 1, "price": "5.00"})
    stale = storefront.call("PATCH", f"/products/{product_id}", {"version": 1, "stock": 0})
    early = storefront.call("PATCH", f"/products/{product_id}", {"version": 3, "stock": 0})

    assert changed.status == 200, changed.body
    for refused in (stale, early):
        assert error_code(refused, 409) == "version_conflict"
        assert refused.json()["error"]["details"] == {"version": 2}
    product = storefront.get(f"/products/{product_id}")
    assert product == changed.json()
    assert (product["version"], product["price"], product["stock"]) == (2, "5.00", 5)


def test_of_many_changes_of_one_version_one_wins(storefront: Storefront) -> None:
    product_id = storefront.new_product(stock=0)

    def change(number: int) -> Response:
        body = {"version": 1, "price": f"{number}.00", "stock": number}
        return storefront.insist("PATCH", f"/products/{product_id}", body)

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(change, range(1, 3 * CLIENTS)))

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 3 * CLIENTS - 2}
    (winner,) = [answer.json() for answer in answers if answer.status == 200]
    assert storefront.get(f"/products/{product_id}") == winner
    # All of the winner's change and nothing of the others'.
    assert (winner["version"], winner["price"]) == (2, f"{winner['stock']}.00")


def test_who_reads_again_after_a_conflict_loses_nothing(storefront: Storefront) -> None:
    product_id, rounds = storefront.new_product(stock=0), 3

    def add_pieces(_: int) -> None:
        for _ in range(rounds):
            while True:
                seen = storefront.get(f"/products/{product_id}")
                body = {"version": seen["version"], "stock": seen["stock"] + 1}
                answer = storefront.insist("PATCH", f"/products/{product_id}", body)
                if answer.status == 200:
                    break
                assert error_code(answer, 409) == "version_conflict"

    with ThreadPoolExecutor(4) as clients:
        list(clients.map(add_pieces, range(4)))

    product = storefront.get(f"/products/{product_id}")
    assert (product["stock"], product["version"]) == (4 * rounds, 4 * rounds + 1)


def test_a_change_does_not_give_back_what_an_order_took(storefront: Storefront) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(stock=5)
    seen = storefront.get(f"/products/{product_id}")
    assert storefront.decided(storefront.place(user_id, product_id, 2))["status"] == "confirmed"

    answer = storefront.call("PATCH", f"/products/{product_id}", {"version": seen["version"], "stock": 5})

    assert error_code(answer, 409) == "version_conflict"
    assert storefront.stock(product_id) == 3


def test_a_change_of_nothing_or_of_no_product_is_refused(storefront: Storefront) -> None:
    path, unknown = f"/products/{storefront.new_product(stock=5)}", f"/products/{uuid.uuid4()}"

    for body in ({"version": 1}, {"price": "1.00"}, {"version": 0, "stock": 1}, {"version": 1, "name": "Chair"}):
        assert error_code(storefront.call("PATCH", path, body), 400) == "invalid_body", body
    assert error_code(storefront.call("PATCH", unknown, {"version": 1, "stock": 1}), 404) == "product_not_found"
    assert storefront.get(path)["version"] == 1
