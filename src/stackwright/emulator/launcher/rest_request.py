"""The request to a REST API that is being served, and what its `$context` variables say.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_VARIABLE = re.compile(r"\$(?:\{context\.([\w.]+)\}|context\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*))")
# Variables that are documented and have no value here; AWS writes nothing for them.
_EMPTY = frozenset(
    {
        "awsEndpointRequestId",
        "identity.cognitoAuthenticationProvider",
        "identity.cognitoAuthenticationType",
        "identity.cognitoIdentityId",
        "identity.cognitoIdentityPoolId",
        "identity.principalOrgId",
        "identity.vpcId",
        "identity.vpceId",
        "status",
        "wafResponseCode",
        "webaclArn",
    }
)
_CALLER = ("accountId", "caller", "user", "userArn")


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(slots=True)
class RestRequest:
    """Filled in on the way through the gateway. ``path`` is as the client sent it, behind the stage."""

    method: str
    host: str = ""
    headers: Mapping[str, Any] = field(default_factory=_nothing)
    received: float = field(default_factory=time.time)
    api_id: str = ""
    stage: str = ""
    path: str = ""
    account: str = ""
    region: str = ""
    resource: Mapping[str, Any] = field(default_factory=_nothing)
    authorizer: Mapping[str, Any] = field(default_factory=_nothing)
    caller: Mapping[str, Any] = field(default_factory=_nothing)
    api_key: Mapping[str, Any] = field(default_factory=_nothing)
    # MiniStack's own record of the request.
    details: Mapping[str, Any] = field(default_factory=_nothing)

    @property
    def api_arn(self) -> str:
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}"

    @property
    def request_id(self) -> str:
        return str(self.details.get("request_id", ""))

    def context(self, name: str) -> str | None:
        """The value of the variable; empty when it has none here, None when there is no such variable."""
        group, _, rest = name.partition(".")
        if group == "authorizer":
            return self._authorizer(rest)
        values = {
            "accountId": self.account,
            "apiId": self.api_id,
            "deploymentId": (self.details.get("stage") or {}).get("deploymentId"),
            "domainName": self.host,
            "domainPrefix": self.host.partition(".")[0],
            "extendedRequestId": self.request_id,
            "httpMethod": self.method,
            "identity.accessKey": self.caller.get("accessKey"),
            "identity.apiKey": self.api_key.get("value"),
            "identity.apiKeyId": self.api_key.get("id"),
            "identity.sourceIp": "127.0.0.1",
            "identity.userAgent": self.headers.get("user-agent"),
            "isCanaryRequest": "false",
            "path": f"/{self.stage}{self.path}",
            "protocol": "HTTP/1.1",
            "requestId": self.request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.received)),
            "requestTimeEpoch": int(self.received * 1000),
            "resourceId": self.resource.get("id"),
            "resourcePath": self.details.get("resource_path"),
            "stage": self.stage,
            **{f"identity.{part}": self.caller.get(part) for part in _CALLER},
        }
        if name not in values:
            return "" if name in _EMPTY else None
        value = values[name]
        return "" if value is None else str(value)

    def _authorizer(self, name: str) -> str:
        claims = self.authorizer.get("claims")
        if name.startswith("claims.") and isinstance(claims, Mapping):
            value: Any = claims.get(name.removeprefix("claims."))  # pyright: ignore[reportUnknownMemberType]
        else:
            value = self.authorizer.get(name)
        return "" if value is None else str(value)

    def substituted(self, text: str) -> str:
        """The text with the value of each `$context` variable; what is no variable stays."""

        def value(found: re.Match[str]) -> str:
            known = self.context(found.group(1) or found.group(2))
            return found.group(0) if known is None else known

        return _VARIABLE.sub(value, text)


current_rest_request: ContextVar[RestRequest | None] = ContextVar("rest_request", default=None)
