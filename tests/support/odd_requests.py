"""Thousands of odd requests to every route of an API, the same in every run, and what may be answered to them."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 4
_ERROR = {"code", "message", "correlationId"}


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with parameters in braces."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes over the wire. ``is_http`` is False where HTTP itself is broken: nobody knows the route."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_http: bool = True
    version: str = "HTTP/1.1"
    framing: str = "length"

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.target} {self.version}"]
        if not any(name.lower() == "host" for name, _ in self.headers):
            lines.append(f"Host: {host}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        body = self.body
        if self.framing == "chunked":
            lines.append("Transfer-Encoding: chunked")
            parts = [body[at : at + 7] for at in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif self.framing == "length" and (body or self.method in ("POST", "PUT", "PATCH")):
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Connection:
    """One connection that is kept open for as long as the server keeps it."""

    host: str
    port: int
    _socket: socket.socket | None = field(default=None, init=False)

    def ask(self, request: Request) -> Answer | None:
        """The answer; None when the server closed the connection instead."""
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=60)
        try:
            self._socket.sendall(request.wire(f"{self.host}:{self.port}"))
            response = HTTPResponse(self._socket, method=request.method)
            response.begin()
            body = response.read()
        except (HTTPException, ConnectionError):
            self.close()
            return None
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close or not request.is_http or request.version != "HTTP/1.1":
            self.close()
        return Answer(response.status, headers, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def routes_of(client: Any, api_id: str) -> list[Route]:
    """Every route of a REST API that is up; `client` is one of API Gateway."""
    resources = client.get_resources(restApiId=api_id, limit=500)["items"]
    return sorted(
        (Route(method, resource["path"]) for resource in resources for method in resource.get("resourceMethods", {})),
        key=lambda route: (route.path, route.method),
    )


def ask_all(
    url: str, requests: Sequence[Request], fault: Callable[[Request, Answer], str | None]
) -> list[tuple[Request, Answer | None, str]]:
    """Send the requests over a few connections; what was answered badly, and what is bad about it.

    Args:
        url: where the API answers.
        fault: what a system has to say against an answer that has a good form.
    """
    address = urlsplit(url)
    host, port = str(address.hostname), int(address.port or 80)

    def run(some: Sequence[Request]) -> list[tuple[Request, Answer | None, str]]:
        connection, bad = Connection(host, port), list[tuple[Request, Answer | None, str]]()
        for request in some:
            answer = connection.ask(request)
            found = fault_of(request, answer) or (answer and fault(request, answer))
            if found:
                bad.append((request, answer, found))
        connection.close()
        return bad

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return [
            each
            for some in pool.map(run, [requests[at : at + 64] for at in range(0, len(requests), 64)])
            for each in some
        ]


def fault_of(request: Request, answer: Answer | None) -> str | None:
    """What is wrong with the form of an answer."""
    if answer is None:
        return None if not request.is_http else "the connection was closed"
    if not request.is_http and (400 <= answer.status < 500 or answer.status == 501):
        return None
    if answer.status >= 500:
        return "a server error"
    if request.method == "HEAD" or answer.status == 204:
        return "a body" if answer.body else None
    try:
        body = json.loads(answer.body)
    except ValueError:
        return "no JSON"
    if answer.status < 400:
        return None
    error = body.get("error") if isinstance(body, dict) and body.keys() == {"error"} else None
    if not isinstance(error, dict) or not _ERROR <= error.keys() <= _ERROR | {"details"}:
        return "an error of another shape"
    if error["correlationId"] != answer.headers.get("x-correlation-id"):
        return "another correlation id in the header"
    return None


class Odd:
    """Makes odd requests, by a seed."""

    def __init__(self, base_path: str, routes: Sequence[Route], ids: Mapping[str, Sequence[str]], seed: int) -> None:
        """``ids`` has values of path parameters by name: some that exist, some that do not."""
        self._base = base_path
        self._routes = routes
        self._ids = ids
        self._random = random.Random(seed)

    def requests(self, count: int) -> Iterator[Request]:
        """So many requests, evenly for all routes."""
        for number in range(count):
            route = self._routes[number % len(self._routes)]
            yield self._request(route)

    def _request(self, route: Route) -> Request:
        choose = self._random.choice
        path = route.path
        for part in [each for each in path.split("/") if each.startswith("{")]:
            path = path.replace(part, choose(self._ids[part.strip("{}+")]))
        method = "GET" if route.method == "ANY" else route.method
        # One oddity for most, two for some: what goes wrong alone is hidden by nothing.
        kinds = self._random.choices(
            (self._path, self._query, self._method, self._header, self._body, self._framing, self._broken),
            (40, 20, 6, 14, 12, 5, 3),
            k=self._random.choice((1, 1, 1, 2)),
        )
        request = Request(method, self._base + path)
        for kind in kinds:
            # What is broken already is not made whole again.
            request = kind(request) if request.is_http else request
        return request

    def _path(self, request: Request) -> Request:
        path, mark, query = request.target.removeprefix(self._base).partition("?")
        odd = self._random.choice(_PATHS)(path, self._random)
        return _with(request, target=f"{self._base}{odd}{mark}{query}")

    def _query(self, request: Request) -> Request:
        if "?" in request.target:
            return request
        names = self._random.choice(_QUERIES)
        return _with(request, target=f"{request.target}?{names}")

    def _method(self, request: Request) -> Request:
        method = self._random.choice(_METHODS)
        return _with(request, method=method)

    def _header(self, request: Request) -> Request:
        return _with(request, headers=(*request.headers, *self._random.choice(_HEADERS)))

    def _body(self, request: Request) -> Request:
        body = self._random.choice(_BODIES)
        content = self._random.choice(_CONTENT_TYPES)
        method = request.method if request.method in ("POST", "PUT", "PATCH") else self._random.choice(("POST", "GET"))
        headers = (*request.headers, *([("Content-Type", content)] if content else []))
        return _with(request, method=method, headers=headers, body=body)

    def _framing(self, request: Request) -> Request:
        kind = self._random.randrange(4)
        if kind == 0:
            return _with(request, framing="chunked", body=b'{"name": "chunks"}')
        if kind == 1:
            return _with(request, headers=(*request.headers, ("Expect", "100-continue")))
        if kind == 2:
            return _with(request, version="HTTP/1.0")
        return _with(request, headers=(*request.headers, ("Connection", "close")))

    def _broken(self, request: Request) -> Request:
        return self._random.choice(_BROKEN)(request)


def _with(request: Request, **changes: Any) -> Request:
    values = {name: getattr(request, name) for name in Request.__dataclass_fields__}
    return Request(**{**values, **changes})


def _inside(path: str, put: str, source: random.Random) -> str:
    """The path with something at a random place of one of its segments."""
    at = source.randrange(1, len(path) + 1)
    return path[:at] + put + path[at:]


def _put(text: str) -> Callable[[str, random.Random], str]:
    return lambda path, source: _inside(path, text, source)


_PATHS: Sequence[Callable[[str, random.Random], str]] = (
    lambda path, _: f"{path}/",
    lambda path, _: f"{path}//",
    lambda path, _: f"/{path}",
    lambda path, _: f"//{path}",
    lambda path, _: path.replace("/", "//"),
    lambda path, source: path.replace("/", "//", source.randrange(1, 3)),
    lambda path, _: f"{path}/extra",
    lambda path, _: path.rpartition("/")[0] or "/",
    lambda path, _: path.upper(),
    lambda path, _: f"{path}/.",
    lambda path, _: f"{path}/..",
    lambda path, _: f"/.{path}",
    lambda path, _: f"/..{path}",
    lambda path, _: f"{path}/%2e%2e/%2e%2e",
    lambda path, _: path[:1] + f"%{ord(path[1:2] or 'x'):02x}" + path[2:],
    lambda path, _: path[:1] + path[1:].replace("/", "%2F"),
    lambda path, _: path + "a" * 300,
    lambda path, _: path + "/" + "b" * 3000,
    lambda path, _: path + "/c" * 500,
    lambda path, _: path + ";v=1",
    lambda path, _: path + "#part",
    *(
        _put(text)
        for text in (
            *("%0d%0a", "%0a", "%0d", "%00", "%09", "%20", "+", "%2F", "%2f", "%5c", "\\", "%", "%z", "%zz", "%u1234"),
            *("%c3%28", "%ff", "%ed%a0%80", "%e2%82%ac", "%f0%9f%98%80", "%25", "%2525", "%252F", "%3f", "%23", "%26"),
            *("|", "{", "}", "{id}", "*", '"', "'", "<", ">", "`", "^", "~", ":", "@", "$", "!", ",", "=", "&", ";"),
            *("%22", "%3Cscript%3E", "..", "...", "$context.requestId", "${jndi:x}", "{{7*7}}", "%0d%0aX-A:%20b"),
        )
    ),
)
_QUERIES = (
    *("", "&", "&&&", "=", "==", "a", "a=", "=a", "a=b=c", "a&a&a", "?", "??a=b", "#", "a=%", "a=%z", "a=%zz", "%=%"),
    *("a=%ff", "%ff=a", "a=%c3%28", "a=%00", "a=%0d%0a", "a=+", "a=%2B", "a;b", "a=1;b=2", "a[]=1&a[]=2", "a[b]=c"),
    *("limit=", "limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "limit=%20", "limit=1&limit=2"),
    *("limit=NaN", "limit=1.5", "limit=\u0031", "limit=%D9%A1", "cursor=", "cursor=x", "cursor=%00", "cursor=e30"),
    *("cursor=e30%3D&limit=1", "cursor=" + "A" * 2000, "limit=1&cursor=W10", "cursor=eyJhIjoxfQ.eyJ4"),
    *("category=", "category=%ff", "category=%0a", "category=" + "x" * 500, "status=", "status=none", "userId=%2F"),
    *("x=" + "y" * 4000, "&".join(f"k{number}=v" for number in range(300)), "__proto__=1", "a=<b>", "a={}", "a=|"),
)
_METHODS = (
    *("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "GET", "TRACE", "PROPFIND", "LINK", "PURGE", "get", "FOO"),
    *("M-SEARCH", "X!", "GETGETGETGETGETGETGETGETGETGET"),
)
_HEADERS: Sequence[Sequence[tuple[str, str]]] = (
    [("X-Correlation-Id", "")],
    [("X-Correlation-Id", "a b")],
    [("X-Correlation-Id", "x" * 65)],
    [("X-Correlation-Id", "fine-1")],
    [("X-Correlation-Id", "one"), ("X-Correlation-Id", "two")],
    [("x-correlation-id", "\xe4\xff")],
    [("X-Correlation-Id", '"},"x":{"')],
    [("Idempotency-Key", "")],
    [("Idempotency-Key", "x" * 300)],
    [("Idempotency-Key", "\xe4")],
    [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    [("Content-Type", "")],
    [("Content-Type", "text/html")],
    [("Content-Type", "application/json; charset=utf-16")],
    [("Content-Type", ";;;")],
    [("Content-Type", "application/json"), ("Content-Type", "text/plain")],
    [("Content-Encoding", "gzip")],
    [("Content-Encoding", "br, gzip")],
    [("Accept", "text/html")],
    [("Accept", "*/*;q=x")],
    [("Accept-Encoding", "gzip;q=2, identity;q=0")],
    [("Accept-Charset", "utf-16")],
    [("Range", "bytes=5-1")],
    [("If-None-Match", "*")],
    [("If-Modified-Since", "yesterday")],
    [("Cookie", "a=b; c"), ("Cookie", ";;")],
    [("X-Folded", "one\r\n two")],
    [("X-Forwarded-For", "1.2.3.4, bad")],
    [("X-Forwarded-Proto", "https, http")],
    [("X-Forwarded-Host", "evil.example")],
    [("X-HTTP-Method-Override", "DELETE")],
    [("X-Api-Key", "nobody's")],
    [("Forwarded", "for=_;proto=gopher")],
    [("Upgrade", "h2c, h3")],
    [("TE", "trailers, x")],
    [("Pragma", "\xe4\xf6\xfc")],
    [("X-Empty", "")],
    [("X-Large", "z" * 6000)],
    [(f"X-Many-{number}", "v") for number in range(80)],
    [("User-Agent", '"\\')],
)
_BODIES = (
    *(b"", b" ", b"{", b"}", b"{}", b"[]", b"null", b"true", b"0", b'""', b"NaN", b"Infinity", b"1e999", b"-", b"\x00"),
    *(
        b'{"a"',
        b'{"a":',
        b'{"a":1,}',
        b'{"a":1}{"b":2}',
        b"{'a': 1}",
        b'{"a": undefined}',
        b'{"a":1, "a":2}',
        b"\xff\xfe",
    ),
    *(b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"name": "\xff"}', b'{"name": "\\ud800"}', b'{"name": "\\u0000"}'),
    *(b"[" * 1000, b"[" * 20000 + b"]" * 20000, b'{"a":' * 500 + b"1" + b"}" * 500, b'{"a": ' + b"9" * 5000 + b"}"),
    *(
        b"{" + b'"k":1,' * 3000 + b'"l":2}',
        b'"' + b"x" * 20000 + b'"',
        b"a=b&c=d",
        b"<a/>",
        b"\x1f\x8b\x08\x00",
        b"\r\n",
    ),
    *(
        b'{"name": null}',
        b'{"name": []}',
        b'{"name": {"$ne": 1}}',
        b'{"email": 5}',
        b'{"email": "x"}',
        b'{"price": -0}',
    ),
    *(
        b'{"price": "NaN"}',
        b'{"price": 1e400}',
        b'{"stock": 1.5}',
        b'{"stock": true}',
        b'{"quantity": "1"}',
        b'{"size": -1}',
    ),
    *(b'{"file_name": ""}', b'{"file_name": "a/b", "file_content": "?"}', b'{"file_name": "x", "file_content": 1}'),
    *(b'{"file_name": "\\ud800", "file_content": "YQ=="}', b'{"file_name": "x", "content_type": ";", "size": 1}'),
)
_CONTENT_TYPES = (
    *(
        "application/json",
        "application/json",
        "application/json",
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
    ),
    *("application/json; charset=utf-8", "application/json;charset=latin-1", "application/vnd.x+json", "json", "\xe4"),
    *("multipart/form-data; boundary=x", "application/octet-stream", "application/json; charset", "application/json;;"),
)
_BROKEN: Sequence[Callable[[Request], Request]] = (
    lambda r: _with(r, target=r.target.replace("/", " /", 2), is_http=False),
    lambda r: _with(r, target=r.target + "\xe4", is_http=False),
    lambda r: _with(r, target=r.target + "\x01", is_http=False),
    lambda r: _with(r, target="", is_http=False),
    lambda r: _with(r, version="HTTP/3.7", is_http=False),
    lambda r: _with(r, version="FTP", is_http=False),
    lambda r: _with(r, method="G\u00e4T", is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("Bad Name", "x")), is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("X-Nul", "\x00")), is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("Content-Length", "-1")), framing="none", is_http=False),
    lambda r: _with(
        r, headers=(*r.headers, ("Content-Length", "1"), ("Content-Length", "2")), framing="none", is_http=False
    ),
    lambda r: _with(r, headers=(*r.headers, ("Content-Length", "x")), framing="none", is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("Transfer-Encoding", "gzip")), framing="none", is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("X-Huge", "h" * 70_000)), is_http=False),
    lambda r: _with(r, target=r.target + "/" + "l" * 70_000, is_http=False),
    lambda r: _with(r, headers=(*r.headers, ("Host", "a"), ("Host", "b")), is_http=False),
)
