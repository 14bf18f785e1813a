"""Thousands of odd requests to every route of an API, the same in every run, and what may be answered to them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from urllib.parse import urlsplit

from stackwright.testing.oddities import BODIES, BROKEN, CONTENT_TYPES, HEADERS, METHODS, PATHS, QUERIES
from stackwright.testing.wire import Answer, Connection, Request, Route

__all__ = ["Answer", "Odd", "Request", "Route", "ask_all", "fault_of", "routes_of"]

CONNECTIONS = 4
_ERROR = {"code", "message", "correlationId"}


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
        body: Any = json.loads(answer.body)
    except ValueError:
        return "no JSON"
    if answer.status < 400:
        return None
    said = _error(body)
    if not _ERROR <= said.keys() <= _ERROR | {"details"}:
        return "an error of another shape"
    if said["correlationId"] != answer.headers.get("x-correlation-id"):
        return "another correlation id in the header"
    return None


def _error(body: object) -> Mapping[str, Any]:
    """What `{"error": …}` holds; nothing when the body has another shape."""
    whole = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    error = whole.get("error") if len(whole) == 1 else None
    return cast("dict[str, Any]", error) if isinstance(error, dict) else {}


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
        odd = self._random.choice(PATHS)(path, self._random)
        return request.but(target=f"{self._base}{odd}{mark}{query}")

    def _query(self, request: Request) -> Request:
        if "?" in request.target:
            return request
        names = self._random.choice(QUERIES)
        return request.but(target=f"{request.target}?{names}")

    def _method(self, request: Request) -> Request:
        method = self._random.choice(METHODS)
        return request.but(method=method)

    def _header(self, request: Request) -> Request:
        return request.but(headers=(*request.headers, *self._random.choice(HEADERS)))

    def _body(self, request: Request) -> Request:
        body = self._random.choice(BODIES)
        content = self._random.choice(CONTENT_TYPES)
        method = request.method if request.method in ("POST", "PUT", "PATCH") else self._random.choice(("POST", "GET"))
        headers = (*request.headers, *([("Content-Type", content)] if content else []))
        return request.but(method=method, headers=headers, body=body)

    def _framing(self, request: Request) -> Request:
        kind = self._random.randrange(4)
        if kind == 0:
            return request.but(framing="chunked", body=b'{"name": "chunks"}')
        if kind == 1:
            return request.but(headers=(*request.headers, ("Expect", "100-continue")))
        if kind == 2:
            return request.but(version="HTTP/1.0")
        return request.but(headers=(*request.headers, ("Connection", "close")))

    def _broken(self, request: Request) -> Request:
        return self._random.choice(BROKEN)(request)
