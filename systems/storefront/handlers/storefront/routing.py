"""What the routes of all services share: a resolver, answers, and what happens to requests that cannot be served."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from . import http
from .errors import RequestError
from .idempotency import Answer, Once
from .pages import Page, PageRequest


@dataclass(frozen=True, slots=True)
class Route:
    """A path, as a regular expression, and the methods it knows."""

    path: str
    methods: str


class Routing:
    """The resolver of one service; `app.resolve(event, context)` answers client errors and raises all others."""

    def __init__(self, routes: tuple[Route, ...], once: Once, logger: Logger) -> None:
        self.app = APIGatewayRestResolver()
        self._routes = routes
        self._once = once
        self._logger = logger
        self.app.exception_handler(RequestError)(self._reject)
        self.app.exception_handler(NotFoundError)(self._no_route)

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

    def answer(self, status: int, body: Mapping[str, object]) -> Response[str]:
        """Return an answer."""
        return http.answer(status, body, self._correlation())

    def answer_page(self, page: Page[Any], public: Callable[[Any], Mapping[str, object]]) -> Response[str]:
        """Return a page of a list."""
        return self.answer(200, {"items": [public(item) for item in page.items], "nextCursor": page.next_cursor})

    def answer_once(self, status: int, route: str, work: Callable[[str | None], Answer]) -> Response[str]:
        """Return what `work` does, at most once for an Idempotency-Key; `idempotency` says what it gets."""
        key = http.idempotency_key(self.app.current_event)
        return self.answer(status, self._once(route, key, self.body, self.app.lambda_context, work))

    def _correlation(self) -> str:
        return http.correlation_id(self.app.current_event, self.app.lambda_context.aws_request_id)

    def _no_route(self, _: NotFoundError) -> Response[str]:
        event = self.app.current_event
        for route in self._routes:
            # Of a known method the path is at fault: it holds characters that no id has.
            if re.fullmatch(route.path, event.path) and event.http_method not in route.methods:
                message = f"This route knows {route.methods}."
                return self._reject(RequestError(405, "method_not_allowed", message, headers={"Allow": route.methods}))
        return self._reject(RequestError(404, "route_not_found", "There is no such route."))

    def _reject(self, error: RequestError) -> Response[str]:
        resource = self.app.current_event.resource
        self._logger.warning("request rejected", status=error.status, code=error.code, resource=resource)
        return http.error_answer(error, self._correlation())
