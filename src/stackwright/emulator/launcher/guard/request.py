"""A request as the guard sees it: read once, before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

# A second one would let two readers of the request disagree.
_SINGLE = frozenset(
    {
        "authorization",
        "content-length",
        "host",
        "origin",
        "referer",
        "sec-fetch-site",
        "transfer-encoding",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-target",
        "x-stackwright-token",
    }
)
# For calls of AWS only, whose signature and whose operation it decides; a program's API answers for itself.
_CONTENT_TYPE = "content-type"
_MAX_FIELDS = 1000


class Malformed(Exception):
    """The request cannot be read in one way only; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request is known without its body.

    Attributes:
        path: decoded.
        raw_path: as it was sent, without the query.
        query: names and values, decoded, in the order in which they were sent.
        headers: names in lower case; values of a repeated header joined by a comma, as SigV4 signs them.
        types: how many Content-Type headers there are.
        has_body: whether its framing announces one.
    """

    method: str
    path: str
    raw_path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    websocket: bool = False
    types: int = 0

    @property
    def host(self) -> str:
        """The Host header in lower case, with its port."""
        return self.headers.get("host", "").lower()

    @property
    def has_body(self) -> bool:
        length = self.headers.get("content-length", "").strip()
        return "transfer-encoding" in self.headers or (length or "0") != "0" or self.method in ("POST", "PUT", "PATCH")

    def parameter(self, name: str) -> str:
        """The value of a query parameter; empty when there is none.

        Raises:
            Malformed: there are several.
        """
        found = [value for each, value in self.query if each == name]
        if len(found) > 1:
            raise Malformed(f"The query parameter {name} is given more than once.")
        return found[0] if found else ""

    def parameters(self) -> dict[str, list[str]]:
        """The query in the shape that MiniStack works with."""
        found: dict[str, list[str]] = {}
        for name, value in self.query:
            found.setdefault(name, []).append(value)
        return found


def read(scope: Mapping[str, Any]) -> Request:
    """The request of an ASGI scope.

    Raises:
        Malformed: what it says can be understood in more than one way.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        if name not in headers:
            headers[name] = value
        elif name in _SINGLE:
            raise Malformed(f"The header {name} is given more than once.")
        else:
            headers[name] += f",{value}"
    types = sum(name.lower() == _CONTENT_TYPE.encode() for name, _ in scope["headers"])
    path = scope["path"]
    if not path.startswith("/") and path != "*":
        raise Malformed("The request target is not a path.")
    try:
        query = parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise Malformed("The query cannot be read.") from error
    raw_path = scope.get("raw_path") or quote(path).encode()
    websocket = scope["type"] == "websocket"
    method = "GET" if websocket else scope["method"]
    return Request(method, path, raw_path.decode("latin-1"), tuple(query), headers, websocket, types)


def _text(value: bytes) -> str:
    """As MiniStack reads header values."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
