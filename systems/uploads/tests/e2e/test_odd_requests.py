"""Thousands of odd requests: each is answered by what was asked for or by an error in the common shape."""

from __future__ import annotations

import json

import pytest
from uploads_stack import Stack, unique

from stackwright.testing.odd_requests import Answer, Odd, Request, ask_all, routes_of

pytestmark = pytest.mark.e2e


def test_odd_requests_are_answered_with_the_right_data_or_an_error(stack: Stack) -> None:
    known = stack.upload_and_settle(b"odd", unique("odd.txt"))["file_id"]
    before = stack.shown(known)
    base, _, path = stack.outputs["api_base_url"].partition("/_aws")
    api_id = path.split("/")[2]
    routes = routes_of(stack.client("apigateway"), api_id)
    assert {"/upload", "/uploads", "/files", "/files/{file_id}", "/health"} <= {route.path for route in routes}

    def fault(request: Request, answer: Answer) -> str | None:
        """Of a single file only the known one exists, and nothing deletes it."""
        body = json.loads(answer.body) if answer.body and answer.status < 300 else {}
        if "file_id" in body and request.method == "GET" and body["file_id"] != known:
            return "another file"
        if "items" in body and not all("file_id" in item for item in body["items"]):
            return "no list of files"
        return None

    ids = {"file_id": [known, "11111111-1111-4111-8111-111111111111", "x"]}
    requests = [
        each
        for each in Odd("/_aws" + path, routes, ids, seed=1).requests(3000)
        if not (each.method == "DELETE" and known in each.target)
    ]
    bad = ask_all(base, requests, fault)

    assert not bad, f"{len(bad)} of {len(requests)}, such as {bad[0]}"
    after = stack.shown(known)
    assert {**after, "download_url": ""} == {**before, "download_url": ""}
