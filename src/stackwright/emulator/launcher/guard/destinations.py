"""Which names the emulator answers to, and what a request is for."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

from stackwright.emulator.launcher.distributions import LOCAL, Distributions
from stackwright.emulator.launcher.guard.request import Request
from stackwright.emulator.launcher.patching import Patcher

# Names that only AWS can point somewhere, so that no page of somebody else can be read under them.
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".cloudfront.net", ".on.aws", ".api.aws", ".amazoncognito.com")
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_HOST = re.compile(r"([a-z0-9](?:[a-z0-9._-]{0,253}))(?::(\d{1,5}))?", re.ASCII)
DESTINATION = "stackwright.destination"
"""Where the guard leaves the `Destination` of a request in its scope."""

_OURS = "/_stackwright/"
_PROGRAMS_PREFIXES = ("/_aws/execute-api/", "/_aws/lambda-url/", "/_alb/")
_HOSTED_UI = frozenset({"/oauth2/authorize", "/oauth2/login", "/oauth2/token", "/oauth2/userinfo", "/login", "/logout"})
_POOL_FILES = ("/.well-known/jwks.json", "/.well-known/openid-configuration")
_APPSYNC_HOST = re.compile(r"^[a-z0-9]+\.appsync(-realtime)?-api\.")
_APPSYNC_PATH = re.compile(r"^/v1/apis/[^/]+/graphql$")
_IOT_HOST = re.compile(r"(^|\.)iot\.[a-z0-9-]+\.")


class Kind(enum.Enum):
    """What a request is for, and so who may send it."""

    OURS = "the control of this emulator"
    EMULATOR = "an emulator's own path"
    DISTRIBUTION = "a CloudFront distribution"
    API = "an API"
    FUNCTION_URL = "a function URL"
    LOAD_BALANCER = "a load balancer"
    HOSTED_UI = "the pages and endpoints of a user pool"
    GRAPHQL = "an AppSync API"
    AWS = "an AWS service"


# The program's own, with its own paths: nothing of MiniStack may answer instead of it.
PROGRAMS = frozenset({Kind.DISTRIBUTION, Kind.API, Kind.FUNCTION_URL, Kind.LOAD_BALANCER})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes. ``scoped`` is the service name that a signature for it must have, if it is known."""

    kind: Kind
    scoped: str = ""
    region: str = ""


class Destinations:
    """Reads names from what MiniStack knows of the program."""

    def __init__(self, patcher: Patcher, distributions: Distributions, port: int) -> None:
        self._patcher = patcher
        self._distributions = distributions
        self._port = str(port)
        patcher.require(
            "ministack.app",
            "_EXECUTE_API_RE _LAMBDA_URL_RE _extract_s3_vhost_bucket _parse_execute_api_url _parse_lambda_url",
        )
        patcher.require("ministack.services.apigateway_v1", "_rest_apis find_domain_scope")
        patcher.require("ministack.services.apigateway", "_apis")
        patcher.require("ministack.services.lambda_svc", "resolve_function_url")
        patcher.require("ministack.services.cognito", "_get_pool_unscoped")

    def serves(self, host: str) -> bool:
        """Whether a Host header is one that this emulator has given out."""
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name, port = match[1].removesuffix("."), match[2] or ""
        if name in _LOOPBACK or name.endswith(LOCAL):
            return port == self._port
        if port not in ("", "80", "443", self._port):
            return False
        return name.endswith(_AWS) or self.declares(name)

    def declares(self, name: str) -> bool:
        """Whether the program has given this name to an API or a distribution."""
        if self._distributions.find(name) is not None:
            return True
        gateway = self._patcher.loaded("ministack.services.apigateway_v1")
        return gateway is not None and gateway.find_domain_scope(name) is not None

    def bucket(self, host: str) -> str:
        """The bucket that a Host header names; empty for none."""
        return self._app._extract_s3_vhost_bucket(host) or ""

    def find(self, request: Request) -> Destination:
        """What a request is for."""
        host, path = request.host, request.path
        if path == "/_ministack/rds/iam-auth":
            return Destination(Kind.EMULATOR)  # MiniStack answers it under every name
        if self._distributions.find(host) is not None:
            return Destination(Kind.DISTRIBUTION)
        if request.websocket and (_IOT_HOST.search(host) or ".appsync-realtime-api." in host):
            return (
                Destination(Kind.AWS, "iotdevicegateway")
                if _IOT_HOST.search(host)
                else Destination(Kind.GRAPHQL, "appsync")
            )
        by_host = self._by_host(host, path)
        if by_host is not None:
            return by_host
        if path.startswith(_OURS):
            return Destination(Kind.OURS)
        if path.startswith("/_") and not path.startswith(_PROGRAMS_PREFIXES):
            return Destination(Kind.EMULATOR)
        return self._by_path(host, path, request.method)

    def is_programs(self, host: str, path: str) -> bool:
        """Whether the program serves this name or path, a distribution apart."""
        found = self._by_host(host.lower(), path) or self._by_path(host.lower(), path, "GET")
        return found.kind in PROGRAMS

    def _by_host(self, host: str, path: str) -> Destination | None:
        app, name = self._app, host.partition(":")[0]
        if app._EXECUTE_API_RE.match(host):
            return self._api(host, path)
        if app._LAMBDA_URL_RE.match(host):
            return self._function_url(host, path)
        if name.endswith((".elb.amazonaws.com", ".alb.localhost")):
            return Destination(Kind.LOAD_BALANCER)
        if _APPSYNC_HOST.match(host) and path in ("/graphql", "/event"):
            return Destination(Kind.GRAPHQL, "appsync")
        gateway = self._patcher.loaded("ministack.services.apigateway_v1")
        if gateway is not None and "." in name and gateway.find_domain_scope(name) is not None:
            return Destination(Kind.API, "execute-api")
        return None

    def _by_path(self, host: str, path: str, method: str) -> Destination:
        app = self._app
        if app._parse_execute_api_url(host, path) is not None:
            return self._api(host, path)
        if app._parse_lambda_url(host, path) is not None:
            return self._function_url(host, path)
        if path.startswith("/_alb/"):
            return Destination(Kind.LOAD_BALANCER)
        if path.startswith("/_"):
            return Destination(Kind.EMULATOR)
        if path.lower() in _HOSTED_UI or self._is_pool_file(path):
            return Destination(Kind.HOSTED_UI)
        if _APPSYNC_PATH.match(path) and method in ("POST", "OPTIONS"):
            return Destination(Kind.GRAPHQL, "appsync")
        return Destination(Kind.AWS)

    def _api(self, host: str, path: str) -> Destination:
        identity = self._app._parse_execute_api_url(host, path)[0]
        for module in ("ministack.services.apigateway_v1", "ministack.services.apigateway"):
            found = self._patcher.module(module)
            for apis in (getattr(found, "_rest_apis", None), getattr(found, "_apis", None)):
                for (_, region, name), _api in apis.all_items() if apis is not None else ():
                    if name == identity:
                        return Destination(Kind.API, "execute-api", region)
        return Destination(Kind.API, "execute-api")

    def _function_url(self, host: str, path: str) -> Destination:
        identity = self._app._parse_lambda_url(host, path)[0]
        found = self._patcher.module("ministack.services.lambda_svc").resolve_function_url(identity)
        return Destination(Kind.FUNCTION_URL, "lambda", found[1] if found else "")

    def _is_pool_file(self, path: str) -> bool:
        pool = next((path.removesuffix(end).lstrip("/") for end in _POOL_FILES if path.endswith(end)), "")
        cognito = self._patcher.loaded("ministack.services.cognito")
        return bool(pool) and cognito is not None and cognito._get_pool_unscoped(pool) is not None

    @property
    def _app(self) -> Any:
        return self._patcher.module("ministack.app")
