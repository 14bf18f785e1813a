"""What a program serves under a name or path of its own is the program's alone.

AWS: viewers reach an enabled distribution under its domain name and its aliases. Names of buckets are global: what
a distribution may read in the bucket of another account is up to that bucket's policy.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
MiniStack: knows distributions of the default account by their domain name only, enabled or not, and answers some of
their paths itself, `/health` among them, for APIs and function URLs, too. It looks for buckets in the distribution's
account only.
Here: every name leads to the distribution, also with `.localhost` behind it, whatever the path and the account. All
paths of an API, a function URL or a load balancer are its own as well. Functions and origins see the name as it is on
AWS. Buckets are looked for in all accounts.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_BODY = "method path headers body query_params request_id"


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.app",
        "_handle_alb_request _handle_cloudfront_dataplane_request _handle_execute_api_request"
        " _handle_lambda_url_request _with_data_plane_headers _HEALTH_PATHS",
    )
    patcher.require("ministack.services.s3", "_bucket_owner_account")
    patcher.require("ministack.core.responses", "set_request_account_id")
    edge = _Edge(patcher, shared)
    patcher.on_import("ministack.app", edge.patch)
    patcher.on_import("ministack.services.s3", edge.patch_s3)


class _Edge:
    def __init__(self, patcher: Patcher, shared: SharedState) -> None:
        self._patcher = patcher
        self._find = shared.distributions.find
        self._is_programs = shared.destinations.is_programs
        self._accounts = patcher.module("ministack.core.responses")

    def patch(self, app: Any) -> None:
        patcher = self._patcher
        # On AWS this is a bucket like any other.
        app._HEALTH_PATHS = tuple(path for path in app._HEALTH_PATHS if path != "/health")
        self._app = app
        self._before_body = patcher.replace(
            app,
            "_handle_pre_body_request",
            self._own_path,
            parameters="method path headers query_params request_id",
        )
        self._shortcuts = patcher.replace(
            app, "_handle_post_body_shortcuts", self._own_path_with_body, parameters=_BODY
        )
        self._special = patcher.replace(
            app,
            "_handle_special_data_plane_request",
            self._serve,
            parameters=f"{_BODY} raw_path raw_query_string client_ip",
        )

    def patch_s3(self, s3: Any) -> None:
        def fetch(bucket_name: str, *rest: Any, **named: Any) -> Any:
            own = self._accounts.get_account_id()
            self._accounts.set_request_account_id(s3._bucket_owner_account(bucket_name) or own)
            try:
                return original(bucket_name, *rest, **named)
            finally:
                self._accounts.set_request_account_id(own)

        original = self._patcher.replace(
            s3,
            "serve_cloudfront_origin_fetch",
            fetch,
            parameters="bucket_name key method headers source_arn oai_id",
        )

    async def _own_path(self, method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        found = self._find(headers.get("host", ""))
        if found is not None:
            headers["host"] = found.name
            return None
        if self._is_programs(headers.get("host", ""), path):
            return None
        return await self._before_body(method, path, headers, *rest)

    async def _own_path_with_body(self, method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        host = headers.get("host", "")
        if self._find(host) is not None or self._is_programs(host, path):
            return None
        return await self._shortcuts(method, path, headers, *rest)

    async def _serve(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
        request_id: str,
        raw_path: str | None = None,
        raw_query_string: str = "",
        client_ip: str = "127.0.0.1",
    ) -> Any:
        found = self._find(headers.get("host", ""))
        if found is None:
            rest = (body, query_params, request_id, raw_path, raw_query_string, client_ip)
            if self._is_programs(headers.get("host", ""), path):
                return await self._serve_program(method, path, headers, *rest)
            return await self._special(method, path, headers, *rest)
        self._accounts.set_request_account_id(found.account)
        return await self._app._handle_cloudfront_dataplane_request(
            found.domain_name, path, raw_path or path, raw_query_string, method, headers, body, query_params, client_ip
        )

    async def _serve_program(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: Any,
        request_id: str,
        raw_path: str | None,
        raw_query: str,
        client: str,
    ) -> Any:
        """Only what the program has made is asked, and in MiniStack's order."""
        app, host = self._app, headers.get("host", "")
        response = await app._handle_execute_api_request(
            host, path, method, headers, body, query, raw_path=raw_path, raw_query_string=raw_query
        )
        if response:
            return app._with_data_plane_headers(response, request_id, wildcard_cors=False)
        response = await app._handle_lambda_url_request(host, path, method, headers, body, query, client)
        if response:
            named = {name.lower() for name in response[1]}
            if "x-amzn-requestid" not in named:
                response[1]["x-amzn-RequestId"] = request_id
            return response
        response = await app._handle_alb_request(host, path, method, headers, body, query, raw_query, raw_path)
        return response or (404, {"Content-Type": "application/json"}, b'{"message":"Not Found"}')
