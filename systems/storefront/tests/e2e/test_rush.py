"""200 orders at once for a stock of 100: the sums hold, also when services fail in the middle of everything."""

from __future__ import annotations

import secrets
from collections import Counter
from pathlib import Path

import pytest
from storefront_faults import Faults, faulty_services
from storefront_rush import Rush, executions, items, new_rush, waits_scaled
from storefront_stack import Storefront

pytestmark = pytest.mark.e2e

ORDERS, STOCK = 200, 100


def test_a_rush_on_too_little_stock_is_decided_order_by_order(storefront: Storefront) -> None:
    rush = new_rush(storefront, STOCK)

    # A function takes the emulator tens of milliseconds, not a few, so its queue is longer in time than Lambda's.
    with waits_scaled(storefront, 0.5):
        rush.place([f"{rush.product_id}-{number}" for number in range(ORDERS)])
        assert_sold_out(rush)


def test_a_rush_on_services_that_fail_in_one_of_ten_calls_ends_the_same(storefront: Storefront, tmp_path: Path) -> None:
    seed = secrets.token_hex(4)
    print(f"seed of the faults: {seed}")

    with faulty_services(storefront, tmp_path) as faults, waits_scaled(storefront, 0.5):
        rush = new_rush(storefront, STOCK)
        faults.draw(seed, 0.1)
        rush.place([f"{rush.product_id}-{number}" for number in range(ORDERS)])
        assert_sold_out(rush)
        assert_failed_everywhere(faults)


def assert_sold_out(rush: Rush) -> None:
    """By the tables, the executions and the API: 100 confirmed, 100 rejected, nothing left and nothing doubled."""
    decided = rush.decide()
    by_status = {status: {i for i, s in decided.items() if s == status} for status in ("confirmed", "rejected")}
    print(f"answers to clients: {dict(rush.answers)}")

    assert Counter(decided.values()) == {"confirmed": STOCK, "rejected": ORDERS - STOCK}
    assert len(rush.order_ids) == ORDERS
    assert decided.keys() == set(rush.order_ids)
    assert {row["reason"]["S"] for row in rush.rows().values() if row["status"]["S"] == "rejected"} == {"out_of_stock"}
    reservations = rush.reservations()
    assert {i for i, state in reservations.items() if state == "reserved"} == by_status["confirmed"]
    assert {i for i, state in reservations.items() if state == "rejected"} == by_status["rejected"]
    assert len(reservations) == ORDERS

    assert Counter(each["status"] for each in rush.executions()) == {"SUCCEEDED": ORDERS}
    known = items(rush.storefront, "orders", "orderId").keys()
    assert {each["name"][:36] for each in executions(rush.storefront)} <= known

    assert rush.storefront.stock(rush.product_id) == 0
    listed = [o for page in rush.storefront.pages("/orders", userId=rush.user_id, limit="100") for o in page["items"]]
    assert {order["orderId"]: order["status"] for order in listed} == decided
    assert len(listed) == ORDERS


def assert_failed_everywhere(faults: Faults) -> None:
    """The faults were there: in every step, at every moment, and by the end of the process."""
    drawn = faults.drawn()
    print({task: dict(counts) for task, counts in sorted(drawn.items())})

    assert drawn.keys() == {"POST", "ValidateUser", "ProcessOrder", "UpdateInventory", "ConfirmOrder", "RejectOrder"}
    assert all(counts["none"] < counts.total() for counts in drawn.values())
    words = {word for counts in drawn.values() for kind in counts for word in kind.split()}
    assert words == {"none", "before", "middle", "after", "killed"}
