"""Where config asks for them, callers need an API key; over the rate they are refused until they ask for less."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from storefront_stack import DEADLINE, PROJECT, Storefront, error_code, unique

from stackwright.testing.running import CommandLine
from stackwright.verify import Response, Verification, run

pytestmark = pytest.mark.e2e

NOBODY = "00000000-0000-4000-8000-000000000000"

ROUTES = (
    ("POST", "/users"),
    ("GET", "/users?email=ada@example.com"),
    ("GET", f"/users/{NOBODY}"),
    ("POST", "/products"),
    ("GET", "/products?category=books"),
    ("GET", f"/products/{NOBODY}"),
    ("PATCH", f"/products/{NOBODY}"),
    ("POST", "/orders"),
    ("GET", "/orders?userId=ada"),
    ("GET", f"/orders/{NOBODY}"),
)


@pytest.fixture(scope="session")
def key(api_key: str) -> dict[str, str]:
    """The header of those who have the key."""
    return {"X-Api-Key": api_key}


def accepted(guarded: Storefront, ask: Callable[[], Response]) -> Response:
    """What is answered when it is not too much any more."""

    def taken() -> Response | None:
        answer = ask()
        return answer if answer.status != 429 else None

    return guarded.eventually("the API takes requests again", taken, DEADLINE)


def refused(answer: Response) -> str:
    """The message to somebody without a key."""
    assert error_code(answer, 403) == "forbidden"
    # Or a page could not read it.
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json()["error"]["message"]


# ---- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_without_its_key(guarded: Storefront, method: str, path: str) -> None:
    for headers in (
        {},
        {"X-Api-Key": ""},
        {"X-Api-Key": uuid.uuid4().hex},
        {"X-Api-Key": guarded.outputs["api_key_id"]},
    ):
        body = {} if method != "GET" else None
        assert refused(guarded.call(method, path, body, headers)) == "The API key is missing or not valid."


def test_with_the_key_the_api_is_as_without_keys(guarded: Storefront, key: dict[str, str]) -> None:
    product = {"name": unique("product"), "category": unique("keys"), "price": "19.99", "stock": 5}

    created = accepted(guarded, lambda: guarded.call("POST", "/products", product, key))
    assert created.status == 201, created.body
    path = f"/products/{created.json()['productId']}"
    shown = accepted(guarded, lambda: guarded.call("GET", path, headers=key))
    assert (shown.status, shown.json()) == (200, created.json())
    wrong = accepted(guarded, lambda: guarded.call("POST", "/products", {}, key))
    assert error_code(wrong, 400) == "invalid_body"


def test_a_key_that_is_switched_off_is_none(guarded: Storefront, key: dict[str, str]) -> None:
    gateway, key_id = guarded.client("apigateway"), guarded.outputs["api_key_id"]

    def switch(value: str) -> None:
        gateway.update_api_key(apiKey=key_id, patchOperations=[{"op": "replace", "path": "/enabled", "value": value}])

    switch("false")
    try:
        refused(guarded.call("GET", ROUTES[1][1], headers=key))
    finally:
        switch("true")
    assert accepted(guarded, lambda: guarded.call("GET", ROUTES[1][1], headers=key)).status == 200


def test_a_key_of_no_usage_plan_is_none(guarded: Storefront) -> None:
    gateway = guarded.client("apigateway")
    other = gateway.create_api_key(name=unique("key"), enabled=True)
    try:
        refused(guarded.call("GET", ROUTES[1][1], headers={"X-Api-Key": other["value"]}))
    finally:
        gateway.delete_api_key(apiKey=other["id"])


def test_health_preflight_and_wrong_paths_need_no_key(guarded: Storefront) -> None:
    health = accepted(guarded, lambda: guarded.call("GET", "/health"))
    assert (health.status, health.json()) == (200, {"status": "ok"})
    for path in ("/users", "/users/x", "/products", "/products/x", "/orders", "/orders/x", "/health"):
        preflight = accepted(guarded, lambda path=path: guarded.call("OPTIONS", path))
        assert preflight.status == 200, path
        assert "X-Api-Key" in preflight.headers["access-control-allow-headers"]
    assert error_code(guarded.call("GET", "/nothing"), 404) == "route_not_found"
    wrong_method = accepted(guarded, lambda: guarded.call("DELETE", "/orders", {}))
    assert error_code(wrong_method, 405) == "method_not_allowed"


# ---- throttling ------------------------------------------------------------------------------------------------------


def throttled(guarded: Storefront, ask: Callable[[], Response]) -> Response:
    """Ask until it is too much."""
    found: list[Response] = []

    def many() -> bool:
        with ThreadPoolExecutor(4) as clients:
            found.extend(answer for answer in clients.map(lambda _: ask(), range(20)) if answer.status == 429)
        return bool(found)

    guarded.eventually("a request is refused", many, DEADLINE)
    for answer in found:
        assert error_code(answer, 429) == "throttled"
        assert answer.json()["error"]["message"] == "Too many requests. Try again in a moment."
        assert answer.headers["access-control-allow-origin"] == "*"
    return found[0]


def test_over_the_rate_of_a_key_is_too_much(guarded: Storefront, key: dict[str, str]) -> None:
    path = f"/products/{NOBODY}"

    # Refused by the schema, so that no function makes it slow enough to be allowed.
    throttled(guarded, lambda: guarded.call("POST", "/orders", {}, key))

    # The key's other routes are affected, and all of them come back.
    for method, body, status in (("POST", {}, 400), ("GET", None, 404)):
        where = "/orders" if method == "POST" else path
        assert accepted(guarded, lambda m=method, w=where, b=body: guarded.call(m, w, b, key)).status == status


def test_over_the_rate_of_a_method_is_too_much_for_everybody(guarded: Storefront, key: dict[str, str]) -> None:
    throttled(guarded, lambda: guarded.call("GET", "/health"))

    assert guarded.call("OPTIONS", "/health").status == 200
    assert accepted(guarded, lambda: guarded.call("GET", "/health")).status == 200


# ---- verification ----------------------------------------------------------------------------------------------------


def test_verification_brings_the_key_and_waits_for_its_turn(guarded: Storefront, guarded_command: CommandLine) -> None:
    outcomes = json.loads(guarded_command("verify", str(PROJECT), "--json"))

    assert {each["name"]: each["problem"] for each in outcomes if each["problem"]} == {}
    (saw,) = [each["saw"] for each in outcomes if each["name"] == "check_api_key"]
    assert saw == f"key {guarded.outputs['api_key_id']}"


def test_verification_finds_a_route_that_asks_for_no_key(guarded: Storefront) -> None:
    gateway, api = guarded.client("apigateway"), guarded.outputs["api_gateway_id"]
    (resource,) = [
        each["id"]
        for each in gateway.get_resources(restApiId=api, limit=500)["items"]
        if each["path"] == "/orders/{orderId}"
    ]

    def ask_for_key(value: str) -> None:
        operation = {"op": "replace", "path": "/apiKeyRequired", "value": value}
        gateway.update_method(restApiId=api, resourceId=resource, httpMethod="GET", patchOperations=[operation])

    ask_for_key("false")
    try:
        outcomes = list(run(PROJECT, Verification(guarded.outputs, guarded.endpoint)))
    finally:
        ask_for_key("true")

    problems = {outcome.name: outcome.problem for outcome in outcomes if outcome.problem}
    assert problems.keys() == {"check_api_key"}
    assert problems["check_api_key"].startswith("GET /orders/x with no key: 404")
