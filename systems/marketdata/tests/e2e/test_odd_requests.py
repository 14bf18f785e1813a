"""Hundreds of odd requests: each is answered by what was asked for or by an error in the common shape."""

from __future__ import annotations

import json

import pytest
from marketdata_stack import Market, unique

from stackwright.testing.odd_requests import Answer, Odd, Request, ask_all, routes_of

pytestmark = pytest.mark.e2e

ABSENT = "11111111-1111-4111-8111-111111111111"


def test_odd_requests_are_answered_with_the_right_data_or_an_error(market: Market) -> None:
    symbol = unique()
    job_id = market.upload(f"symbol,timestamp\n{symbol},1\n{symbol},2\n")
    before = market.succeeded(job_id), market.results(symbol)
    base, _, path = market.outputs["api_endpoint_url"].partition("/_aws")
    routes = routes_of(market.client("apigateway"), market.outputs["api_id"])
    assert {"/upload", "/status/{jobId}", "/results/{symbol}", "/health"} <= {route.path for route in routes}

    def fault(request: Request, answer: Answer) -> str | None:
        """There is one job that has ended, and one symbol that has records."""
        body = json.loads(answer.body) if answer.body and answer.status < 300 and request.method == "GET" else {}
        if "state" in body and body["jobId"] != job_id:
            return "another job"
        if any(item.get("symbol", symbol) != symbol for item in body.get("items", [])):
            return "another symbol"
        return None

    ids = {"jobId": [job_id, ABSENT, "x"], "symbol": [symbol, ABSENT, "=1"]}
    requests = list(Odd("/_aws" + path, routes, ids, seed=3).requests(600))
    bad = ask_all(base, requests, fault)

    assert not bad, f"{len(bad)} of {len(requests)}, such as {bad[0]}"
    assert (market.job(job_id), market.results(symbol)) == before
