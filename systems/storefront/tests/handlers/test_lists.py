"""Lists, page by page, with cursors that only we can make."""

from __future__ import annotations

import json
from typing import Any

import pytest
from storefront_service import CHAIR, Services, created


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.mark.parametrize(
    ("path", "filters", "bodies"),
    [
        ("/products", {"category": "home"}, [{**CHAIR, "name": f"Chair {n:03}"} for n in range(100)]),
        ("/products", {"category": "home"}, [CHAIR] * 100),
        ("/products", {}, [{**CHAIR, "category": f"{n % 9}", "name": f"Chair {n:03}"} for n in range(100)]),
        ("/orders", {"userId": "ann"}, [{"userId": "ann", "productId": "p", "quantity": 1}] * 100),
        ("/orders", {"status": "pending"}, [{"userId": "ann", "productId": "p", "quantity": 1}] * 100),
    ],
)
class TestPages:
    def fill(self, services: Services, path: str, bodies: list[object]) -> None:
        for number, body in enumerate(bodies):
            created(services, path, body)
            # Some have the same time.
            services.world.wait(number % 3)

    def test_pages_hold_everything_once(
        self, services: Services, path: str, filters: dict[str, str], bodies: list[object]
    ) -> None:
        self.fill(services, path, bodies)
        seen: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        for _ in range(15):
            page = services.call("GET", path, query={**filters, "limit": "7", **cursor}).body
            seen += page["items"]
            cursor = {"cursor": page["nextCursor"]}
        assert cursor == {"cursor": None}
        assert len({json.dumps(item) for item in seen}) == len(seen) == 100
        order = "createdAt" if path == "/orders" else "name"
        for group in {item.get("category") for item in seen}:
            found = [item[order] for item in seen if item.get("category") == group]
            assert found == sorted(found, reverse=path == "/orders")

    def test_a_cursor_is_only_ours_and_only_for_its_list(
        self, services: Services, path: str, filters: dict[str, str], bodies: list[object]
    ) -> None:
        self.fill(services, path, bodies[:3])
        cursor = services.call("GET", path, query={**filters, "limit": "1"}).body["nextCursor"]
        tampered = [cursor[:-1], cursor + "A", "A" + cursor, cursor.replace(".", ""), "", "x.y", "é", "A" * 5000]
        for position in range(len(cursor)):
            other = "A" if cursor[position] != "A" else "B"
            tampered.append(cursor[:position] + other + cursor[position + 1 :])
        for text in tampered:
            answer = services.call("GET", path, query={**filters, "cursor": text})
            assert (answer.status, answer.code) == (400, "invalid_cursor"), text
        name = next(iter(filters), "category")
        other_list = {name: "rejected" if name == "status" else "other"}
        assert services.call("GET", path, query={**other_list, "cursor": cursor}).code == "invalid_cursor"

    def test_twenty_by_default_and_no_key_is_read_without_need(
        self, services: Services, path: str, filters: dict[str, str], bodies: list[object]
    ) -> None:
        self.fill(services, path, bodies[:20])
        assert len(services.call("GET", path, query=filters).body["items"]) == 20
        assert "secret" not in services.world.steps.log
        created(services, path, bodies[20])
        assert len(services.call("GET", path, query=filters).body["items"]) == 20
        assert "secret" in services.world.steps.log

    @pytest.mark.parametrize("limit", ["", "0", "101", "-1", "1.0", "ten", " 1", "٣", "1000", "1e1"])
    def test_a_limit_that_is_none(
        self, services: Services, path: str, filters: dict[str, str], bodies: list[object], limit: str
    ) -> None:
        assert services.call("GET", path, query={**filters, "limit": limit}).code == "invalid_limit"
