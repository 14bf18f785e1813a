"""What a step of a verification works with."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit, urlunsplit

from stackwright.errors import UsageError

TOO_MANY_REQUESTS: Final = 429


class Client(Protocol):
    """A boto3 client: every operation takes keyword arguments and gives a response dict."""

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]: ...


class Endpoint(Protocol):
    """Where AWS services answer."""

    @property
    def url(self) -> str:
        """Of the endpoint; empty for AWS itself."""
        ...

    def client(self, service: str) -> Client:
        """A client of the deployer."""
        ...


@dataclass(frozen=True)
class Response:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.status} {self.body[:200].decode(errors='replace')}"


def _no_others(name: str) -> Verification:
    raise UsageError(f"the outputs of the stack {name!r} are not known here", fix="Verify it by itself.")


@dataclass
class Verification:
    """A running stack, local or on AWS.

    Attributes:
        outputs: the stack's outputs.
        endpoint: where its AWS services answer.
        memory: what one step leaves for the next.
        others: gives the other stacks of the project that are up, by name.
    """

    outputs: Mapping[str, Any]
    endpoint: Endpoint
    memory: dict[str, Any] = field(default_factory=dict[str, Any])
    others: Callable[[str], Verification] = _no_others

    def stack(self, name: str) -> Verification:
        """Another stack of the project, with its outputs, and clients of its account and region.

        Raises:
            UsageError: it is not up, or this is a verification on AWS, which knows the outputs of one stack only.
        """
        return self.others(name)

    def client(self, service: str) -> Client:
        """A boto3 client of the deployer."""
        return self.endpoint.client(service)

    def http(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = 60
    ) -> Response:
        """Send a request; bytes go as they are, everything else as JSON. Any status is an answer, a redirect, too.

        A URL of a CloudFront distribution, by domain name or alias, goes to the local endpoint when the stack is local.
        """
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        url, named = self._located(url)
        given = {**named, **(headers or {})}
        if data is not None and not isinstance(body, bytes):
            given.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(url, data=data, method=method, headers=given)
        # A local stack is on this machine, whatever HTTP_PROXY says.
        proxies = urllib.request.ProxyHandler({} if self.endpoint.url else None)
        try:
            with urllib.request.build_opener(proxies, _NoRedirect).open(request, timeout=timeout) as answer:
                return _response(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return _response(error.code, error.headers, error.read())

    def api(self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
        """Send a request as clients of an API Gateway with a usage plan do.

        It brings the API key that the output `api_key_id` names, if there is one, unless `headers` have another or an
        empty `X-Api-Key`, and it waits its turn: with 429 the gateway has passed nothing on.

        Raises:
            AssertionError: the API is throttled for a minute.
        """
        given = {name: value for name, value in {**self._api_key, **(headers or {})}.items() if value}

        def taken() -> Response | None:
            answer = self.http(method, url, body, given)
            return answer if answer.status != TOO_MANY_REQUESTS else None

        return self.eventually(f"{method} {url} is taken", taken, seconds=60)

    @cached_property
    def _api_key(self) -> dict[str, str]:
        if "api_key_id" not in self.outputs:
            return {}
        key = self.client("apigateway").get_api_key(apiKey=self.outputs["api_key_id"], includeValue=True)
        return {"X-Api-Key": key["value"]}

    def _located(self, url: str) -> tuple[str, dict[str, str]]:
        """Where to send a request, and the headers that say where it was meant to go."""
        if not self.endpoint.url or url.startswith(self.endpoint.url):
            return url, {}
        parts = urlsplit(url)
        if parts.hostname not in self._distribution_names():
            return url, {}
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return self.endpoint.url + target, {"Host": parts.netloc, "X-Forwarded-Proto": parts.scheme}

    def _distribution_names(self) -> set[str]:
        names: set[str] = set()
        for page in cast("Any", self.client("cloudfront")).get_paginator("list_distributions").paginate():
            for each in page["DistributionList"].get("Items", []):
                names |= {each["DomainName"].lower(), *(alias.lower() for alias in each["Aliases"].get("Items", []))}
        return names

    def eventually(self, what: str, probe: Callable[[], Any], seconds: float = 20) -> Any:
        """Ask until the answer is truthy, and return it.

        Raises:
            AssertionError: it was not within the deadline.
        """
        end = time.monotonic() + seconds
        while True:
            found = probe()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {seconds:g} s")
            time.sleep(0.1)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves it to the caller to follow: the place may be one that only the endpoint knows."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> None:
        return None


def _response(status: int, headers: Any, body: bytes) -> Response:
    return Response(status, {k.lower(): v for k, v in headers.items()}, body)
