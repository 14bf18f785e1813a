"""The events that an HTTP API sends to a function, and what it makes of the function's answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stackwright.emulator.launcher.proxy_response import is_proxy_response

_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


@dataclass(frozen=True, slots=True)
class HttpApiRequest:
    """A request as it reaches an integration. ``path`` stands behind the stage; header names are in small letters."""

    api_id: str
    account: str
    stage: str
    route_key: str
    method: str
    path: str
    request_id: str
    host: str
    headers: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    raw_query: str
    body: str | None
    is_base64: bool
    path_parameters: Mapping[str, str] | None
    stage_variables: Mapping[str, str] | None
    # By payload format: what stands in ``requestContext.authorizer``.
    authorizer_1_0: Any = None
    authorizer_2_0: Any = None
    caller: Mapping[str, Any] | None = None
    received: float = field(default_factory=time.time)

    @property
    def full_path(self) -> str:
        """The path as the client knows it: a named stage belongs to it."""
        return self.path if self.stage == "$default" else f"/{self.stage}{self.path}"

    @property
    def route_path(self) -> str:
        """The path of the route; ``$default`` has none."""
        return self.route_key.partition(" ")[2] or self.route_key

    @property
    def _time(self) -> str:
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.received))

    def event(self, version: str) -> dict[str, Any]:
        """The event in payload format ``version``."""
        return self._event_1_0() if version == "1.0" else self._event_2_0()

    def _event_1_0(self) -> dict[str, Any]:
        query = {name: list(values) for name, values in self.query.items()}
        caller = self.caller or {}
        identity = {
            **{name: caller.get(name) for name in _IDENTITY},
            "sourceIp": "127.0.0.1",
            "userAgent": self.headers.get("user-agent", ""),
        }
        context = {
            "accountId": self.account,
            "apiId": self.api_id,
            "domainName": self.host,
            "domainPrefix": self.host.partition(".")[0],
            "extendedRequestId": self.request_id,
            "httpMethod": self.method,
            "identity": identity,
            "path": self.full_path,
            "protocol": "HTTP/1.1",
            "requestId": self.request_id,
            "requestTime": self._time,
            "requestTimeEpoch": int(self.received * 1000),
            "resourceId": self.route_key,
            "resourcePath": self.route_path,
            "stage": self.stage,
        }
        if self.authorizer_1_0 is not None:
            context["authorizer"] = self.authorizer_1_0
        return {
            "version": "1.0",
            "resource": self.route_path,
            "path": self.full_path,
            "httpMethod": self.method,
            "headers": dict(self.headers),
            "multiValueHeaders": {name: [value] for name, value in self.headers.items()},
            "queryStringParameters": {name: values[0] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "requestContext": context,
            "pathParameters": dict(self.path_parameters) if self.path_parameters else None,
            "stageVariables": dict(self.stage_variables) if self.stage_variables else None,
            "body": self.body,
            "isBase64Encoded": self.is_base64,
        }

    def _event_2_0(self) -> dict[str, Any]:
        headers, cookies = split_cookies(self.headers)
        context = {
            "accountId": self.account,
            "apiId": self.api_id,
            "domainName": self.host,
            "domainPrefix": self.host.partition(".")[0],
            "http": {
                "method": self.method,
                "path": self.full_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": self.headers.get("user-agent", ""),
            },
            "requestId": self.request_id,
            "routeKey": self.route_key,
            "stage": self.stage,
            "time": self._time,
            "timeEpoch": int(self.received * 1000),
        }
        if self.authorizer_2_0 is not None:
            context["authorizer"] = self.authorizer_2_0
        # What a request does not have, its event does not name.
        optional = {
            "cookies": cookies,
            "queryStringParameters": {name: ",".join(values) for name, values in self.query.items()},
            "body": self.body,
            "pathParameters": dict(self.path_parameters or {}),
            "stageVariables": dict(self.stage_variables or {}),
        }
        return {
            "version": "2.0",
            "routeKey": self.route_key,
            "rawPath": self.full_path,
            "rawQueryString": self.raw_query,
            "headers": headers,
            "requestContext": context,
            "isBase64Encoded": self.is_base64,
            **{name: value for name, value in optional.items() if value},
        }


def split_cookies(headers: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The headers of an event of format 2.0, and the cookies that stand beside them."""
    rest = {name: value for name, value in headers.items() if name.lower() != "cookie"}
    cookie = next((value for name, value in headers.items() if name.lower() == "cookie"), "")
    return rest, [part for part in (each.strip() for each in cookie.split(";")) if part]


def response_of(answer: Any, version: str) -> tuple[int, dict[str, Any], bytes] | None:
    """Status, headers and body of the response; None when the answer is none that this format allows.

    Format 2.0 takes an answer without ``statusCode`` for the body of a success.
    """
    if version == "2.0" and not (isinstance(answer, dict) and "statusCode" in answer):
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        return 200, {"Content-Type": "application/json"}, text.encode()
    if not is_proxy_response(answer):
        return None
    headers: dict[str, Any] = {"Content-Type": "application/json"}
    _put(headers, answer.get("headers") or {})
    if version == "1.0":
        _put(headers, answer.get("multiValueHeaders") or {})
    elif answer.get("cookies"):
        own = [value for name, value in headers.items() if name.lower() == "set-cookie"]
        _put(headers, {"Set-Cookie": [*answer["cookies"], *own]})
    body = (answer.get("body") or "").encode()
    if answer.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            return None
    return int(answer["statusCode"]), headers, body


def _put(headers: dict[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        for known in [each for each in headers if each.lower() == name.lower()]:
            del headers[known]
        headers[name] = value
