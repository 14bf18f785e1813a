"""Routes of one function: a resolver, answers, and what happens to requests that cannot be served.

routing = Routing(logger, Idempotent(table.idempotency_records))

@routing.get("/notes/<note_id>")
def get(note_id: str) -> Response[str]:
    return routing.answer(200, notes.get(note_id))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from . import http
from .errors import RequestError
from .idempotency import Answer, Idempotent
from .pages import Page, PageRequest

Handler = TypeVar("Handler", bound=Callable[..., "Response[str]"])
Decorator: TypeAlias = "Callable[[Handler], Handler]"

_PARAMETER: Final = re.compile(r"<\w+>")


class Routing:
    """The resolver of one function; `app.resolve(event, context)` answers client errors and raises all others.

    A path that is known, but not for the request's method, is 405 with the methods that are declared for it and
    OPTIONS, which the gateway answers; everything else without a route is 404.
    """

    def __init__(self, logger: Logger, idempotent: Idempotent | None = None) -> None:
        self.app = APIGatewayRestResolver()
        self._methods: dict[str, set[str]] = {}
        self._idempotent = idempotent
        self._logger = logger
        self.app.exception_handler(RequestError)(self._reject)
        self.app.exception_handler(NotFoundError)(self._no_route)

    def route(self, method: str, path: str) -> Decorator[Handler]:
        """Declare a route; a path parameter is written as `<name>` and handed over by that name."""
        self._methods.setdefault(_PARAMETER.sub("[^/]+", path), {"OPTIONS"}).add(method)
        return self.app.route(path, method=method)

    def get(self, path: str) -> Decorator[Handler]:
        """Declare a GET route."""
        return self.route("GET", path)

    def post(self, path: str) -> Decorator[Handler]:
        """Declare a POST route."""
        return self.route("POST", path)

    def put(self, path: str) -> Decorator[Handler]:
        """Declare a PUT route."""
        return self.route("PUT", path)

    def patch(self, path: str) -> Decorator[Handler]:
        """Declare a PATCH route."""
        return self.route("PATCH", path)

    def delete(self, path: str) -> Decorator[Handler]:
        """Declare a DELETE route."""
        return self.route("DELETE", path)

    @property
    def body(self) -> str | None:
        """The request's body; raises RequestError."""
        return http.body_text(self.app.current_event)

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters behind the path."""
        return self.app.current_event.query_string_parameters

    @property
    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.query.get("limit"), self.query.get("cursor"))

    @property
    def request_id(self) -> str:
        """The id that Lambda gave the invocation."""
        return self.app.lambda_context.aws_request_id

    def answer(self, status: int, body: Mapping[str, object] | None = None) -> Response[str]:
        """Return an answer, without a body for None."""
        return http.answer(status, body, self._correlation())

    def answer_page(self, page: Page[Any], public: Callable[[Any], Mapping[str, object]]) -> Response[str]:
        """Return a page of a list."""
        return self.answer(200, {"items": [public(item) for item in page.items], "nextCursor": page.next_cursor})

    def answer_once(self, status: int, route: str, work: Callable[[str | None], Answer]) -> Response[str]:
        """Return what `work` does, at most once for an Idempotency-Key; `Idempotent` says what it gets."""
        key, body = http.idempotency_key(self.app.current_event), self.body
        if self._idempotent is None:
            raise AssertionError("Routing was made without Idempotent")
        return self.answer(status, self._idempotent(route, key, body, self.app.lambda_context, work))

    def _correlation(self) -> str:
        return http.correlation_id(self.app.current_event, self.request_id)

    def _no_route(self, _: NotFoundError) -> Response[str]:
        event = self.app.current_event
        for path, methods in self._methods.items():
            # Of a known method the path is at fault: it holds characters that the resolver takes for no parameter.
            if re.fullmatch(path, event.path) and event.http_method not in methods:
                allowed = ", ".join(sorted(methods))
                message = f"This route knows {allowed}."
                return self._reject(RequestError(405, "method_not_allowed", message, headers={"Allow": allowed}))
        return self._reject(RequestError(404, "route_not_found", "There is no such route."))

    def _reject(self, error: RequestError) -> Response[str]:
        resource = self.app.current_event.resource
        self._logger.warning("request rejected", status=error.status, code=error.code, resource=resource)
        return http.error_answer(error, self._correlation())
