"""The API: answers, errors in one shape, preflight, health, repeated requests."""

from __future__ import annotations

from typing import Any

import pytest
from marketdata_stack import Market, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

ROUTES = (("POST", "/upload"), ("GET", "/status/x"), ("GET", "/results/AAPL"))


def assert_error(answer: Response, status: int, code: str) -> dict[str, Any]:
    """An error in the common shape; returns what is inside `error`."""
    assert answer.status == status, answer.body
    body = answer.json()
    assert body.keys() == {"error"}
    error = body["error"]
    assert {"code", "message", "correlationId"} <= error.keys() <= {"code", "message", "details", "correlationId"}
    assert error["code"] == code, error
    assert error["correlationId"] == answer.headers["x-correlation-id"] != ""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "X-Correlation-Id"
    assert answer.headers["content-type"] == "application/json"
    for internal in ("Traceback", "arn:aws", "botocore", "marketdata-dev"):
        assert internal not in answer.body.decode()
    return error


def test_health_answers_without_a_function(market: Market) -> None:
    before = [market.metric(name, "Invocations") for name in ("upload", "status", "results")]
    answer = market.http("GET", market.outputs["health_url"])
    assert (answer.status, answer.json()) == (200, {"status": "ok"})
    assert [market.metric(name, "Invocations") for name in ("upload", "status", "results")] == before


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"{",
        b"[]",
        {},
        {"filename": 1},
        {"filename": "prices.txt"},
        {"filename": "../prices.csv"},
        {"filename": "p" * 197 + ".csv"},
        {"filename": "prices.csv", "sizeBytes": 0},
        {"filename": "prices.csv", "sizeBytes": 5_368_709_121},
        {"filename": "prices.csv", "sizeBytes": "5"},
        {"filename": "prices.csv", "more": 1},
    ],
)
def test_the_gateway_refuses_a_body_that_is_not_as_the_schema_says(market: Market, body: Any) -> None:
    before = market.metric("upload", "Invocations")
    json_body = {"Content-Type": "application/json"}
    assert_error(market.call("POST", "/upload", body, json_body), 400, "invalid_body")
    assert market.metric("upload", "Invocations") == before


def test_the_function_reads_the_same_schema(market: Market) -> None:
    since = market.last_decision()
    event = {"resource": "/upload", "path": "/upload", "httpMethod": "POST", "headers": {}, "body": '{"filename": "a"}'}
    answer = market.invoke("upload", {**event, "requestContext": {"requestId": "r"}})
    assert (answer["statusCode"], "invalid_field" in answer["body"]) == (400, True)
    assert not [each for each in market.decisions(since) if each.action.startswith("dynamodb:")]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/status/00000000-0000-4000-8000-000000000000", 404, "job_not_found"),
        ("/status/x", 404, "job_not_found"),
        ("/results/%3D1", 400, "invalid_symbol"),
        ("/results/" + "A" * 33, 400, "invalid_symbol"),
        ("/results/A?from=yesterday", 400, "invalid_time"),
        ("/results/A?to=2100-01-01", 400, "invalid_time"),
        ("/results/A?aggregate=median", 400, "invalid_aggregate"),
        ("/results/A?aggregate=ohlc", 400, "invalid_interval"),
        ("/results/A?aggregate=ohlc&interval=2m", 400, "invalid_interval"),
        ("/results/A?limit=0", 400, "invalid_limit"),
        ("/results/A?limit=101", 400, "invalid_limit"),
        ("/results/A?cursor=forged", 400, "invalid_cursor"),
    ],
)
def test_a_question_that_cannot_be_answered(market: Market, path: str, status: int, code: str) -> None:
    assert_error(market.call("GET", path), status, code)


@pytest.mark.parametrize("path", ["/", "/nothing", "/upload/more", "/status", "/results", "/results/A/more"])
def test_an_unknown_path(market: Market, path: str) -> None:
    assert_error(market.call("GET", path), 404, "route_not_found")


@pytest.mark.parametrize("path", ["/upload", "/status/x", "/results/A", "/health"])
def test_a_wrong_method(market: Market, path: str) -> None:
    assert_error(market.call("DELETE", path), 405, "method_not_allowed")


def test_a_body_that_is_too_large(market: Market) -> None:
    assert_error(market.call("POST", "/upload", b"x" * (10 * 1024 * 1024 + 1)), 413, "too_large")


def test_a_type_that_is_not_supported(market: Market) -> None:
    answer = market.call("POST", "/upload", b"filename=a.csv", {"Content-Type": "application/x-www-form-urlencoded"})
    assert_error(answer, 415, "unsupported_media_type")


def test_a_throttled_request_has_the_same_shape(market: Market) -> None:
    api = market.client("apigateway")
    stage = api.get_stages(restApiId=market.outputs["api_id"])["item"][0]
    settings = stage["methodSettings"]["*/*"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (1000.0, 2000)

    def throttle(rate: float, burst: int) -> None:
        values = (("rateLimit", rate), ("burstLimit", burst))
        changes = [{"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)} for name, value in values]
        api.update_stage(restApiId=market.outputs["api_id"], stageName=stage["stageName"], patchOperations=changes)

    throttle(0, 0)
    try:
        answer = market.call("GET", "/status/x")
    finally:
        throttle(1000.0, 2000)
    assert_error(answer, 429, "throttled")
    assert_error(market.call("GET", "/status/x"), 404, "job_not_found")


@pytest.mark.parametrize("path", ["/upload", "/status/x", "/results/A"])
def test_preflight(market: Market, path: str) -> None:
    answer = market.call("OPTIONS", path)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]


def test_a_correlation_id_is_kept(market: Market) -> None:
    given = unique("correlation")
    answer = market.call("GET", "/status/x", headers={"X-Correlation-Id": given})
    assert assert_error(answer, 404, "job_not_found")["correlationId"] == given


def test_the_same_key_opens_one_job(market: Market) -> None:
    key = unique("key")
    first, again = (market.slot("a.csv", Idempotency_Key=key) for _ in range(2))
    assert first == again
    other = market.call("POST", "/upload", {"filename": "b.csv"}, {"Idempotency-Key": key})
    assert_error(other, 409, "idempotency_key_reused")


@pytest.mark.parametrize("symbol", ["BRK.B", "^GSPC", "EURUSD=X", "BTC-USD", "NYSE:IBM"])
def test_every_symbol_is_reached_by_its_path(market: Market, symbol: str) -> None:
    market.succeeded(market.upload(f"symbol,timestamp\n{symbol},1\n"))
    encoded = symbol.replace("^", "%5E").replace("=", "%3D").replace(":", "%3A")
    for path in {symbol.replace("^", "%5E"), encoded}:
        assert [item["symbol"] for item in market.results(path)["items"]] == [symbol]
