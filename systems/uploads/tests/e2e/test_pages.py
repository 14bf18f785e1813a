"""A page sends a file with the request that it was given: from an allowed origin, and from a foreign one.

A browser asks with a preflight first, and lets the page read no answer that does not name its origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from uploads_stack import PAGE, Stack, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

FOREIGN = "https://files.example.org"


def preflight(stack: Stack, signed: Mapping[str, Any], origin: str) -> Response:
    """What a browser asks before it sends a request with headers of its own."""
    asked = ",".join(sorted(name.lower() for name in signed["headers"] if name != "Content-Length"))
    headers = {"Origin": origin, "Access-Control-Request-Method": signed["method"]}
    return stack.http("OPTIONS", signed["url"], None, {**headers, "Access-Control-Request-Headers": asked})


def from_page(signed: Mapping[str, Any], origin: str) -> dict[str, Any]:
    return {**signed, "headers": {**signed["headers"], "Origin": origin}}


def reserved_upload(stack: Stack, content: bytes) -> Mapping[str, Any]:
    return stack.reserve(content, unique("page.txt"), "text/plain")["upload"]


def test_a_page_of_an_allowed_origin_may_send_a_file_and_read_its_etag(stack: Stack) -> None:
    content = b"from a page"
    signed = reserved_upload(stack, content)

    asked = preflight(stack, signed, PAGE)
    sent = stack.send(from_page(signed, PAGE), content)

    assert asked.status == 200, asked
    assert asked.headers["access-control-allow-origin"] == PAGE
    assert "PUT" in asked.headers["access-control-allow-methods"]
    assert {"content-type", "if-none-match"} <= set(asked.headers["access-control-allow-headers"].lower().split(", "))
    assert sent.status == 200, sent
    assert sent.headers["access-control-allow-origin"] == PAGE
    assert sent.headers["access-control-expose-headers"] == "ETag"
    assert sent.headers["etag"]


def test_a_page_of_a_foreign_origin_is_told_that_it_may_not(stack: Stack) -> None:
    content = b"from elsewhere"
    signed = reserved_upload(stack, content)

    asked = preflight(stack, signed, FOREIGN)
    # No browser gets so far; what another client sends is decided by the signature alone.
    sent = stack.send(from_page(signed, FOREIGN), content)

    assert asked.status == 403, asked
    assert b"CORSResponse" in asked.body
    assert sent.status == 200, sent
    for answer in (asked, sent):
        assert "access-control-allow-origin" not in answer.headers
