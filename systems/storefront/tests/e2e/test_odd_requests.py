"""Thousands of odd requests: each is answered by what was asked for or by an error in the common shape."""

from __future__ import annotations

import json

import pytest
from storefront_stack import Storefront

from stackwright.testing.odd_requests import Answer, Odd, Request, ask_all, routes_of

pytestmark = pytest.mark.e2e

ABSENT = "11111111-1111-4111-8111-111111111111"


def test_odd_requests_are_answered_with_the_right_data_or_an_error(storefront: Storefront) -> None:
    user, product = storefront.new_user(), storefront.new_product(5)
    order = storefront.place(user, product, 2)
    storefront.decided(order)
    known = {"userId": user, "productId": product, "orderId": order}
    paths = {"userId": f"/users/{user}", "productId": f"/products/{product}", "orderId": f"/orders/{order}"}
    before = {name: storefront.get(path) for name, path in paths.items()}
    base, _, path = storefront.outputs["api_endpoint_url"].partition("/_aws")
    routes = routes_of(storefront.client("apigateway"), path.split("/")[2])
    assert {"/users", "/users/{userId}", "/products/{productId}", "/orders/{orderId}"} <= {each.path for each in routes}

    def fault(request: Request, answer: Answer) -> str | None:
        """Of single things only the known ones exist."""
        body = json.loads(answer.body) if answer.body and answer.status < 300 and request.method == "GET" else {}
        wanted = next((name for name, each in paths.items() if each.split("/")[1] in request.target), "")
        if "items" in body:
            return None if all(wanted in item for item in body["items"]) else "another list"
        return None if not wanted or not body or body.get(wanted) == known[wanted] else "something else"

    ids = {name: [value, ABSENT, "x"] for name, value in known.items()}
    requests = list(Odd("/_aws" + path, routes, ids, seed=2).requests(3500))
    bad = ask_all(base, requests, fault)

    assert not bad, f"{len(bad)} of {len(requests)}, such as {bad[0]}"
    assert {name: storefront.get(path) for name, path in paths.items()} == before
