"""A request with any headers to a port of this machine, as no client of AWS would send it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


def send(
    port: int, method: str, path: str, body: str | bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """Send it on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read().decode(errors="replace"))
    finally:
        connection.close()
