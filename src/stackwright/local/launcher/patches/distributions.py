"""A distribution answers to all its names, and all paths under them are its own.

AWS: viewers reach an enabled distribution under its domain name and its aliases.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
MiniStack: knows distributions of the default account by their domain name only, enabled or not, and answers some of
their paths itself, `/health` among them.
Here: every name leads to the distribution, also with `.localhost` behind it, whatever the path and the account.
Functions and origins see the name as it is on AWS.
"""

from __future__ import annotations

from typing import Any

from stackwright.local.launcher.patching import Patcher
from stackwright.local.launcher.services import Services

_BODY = "method path headers body query_params request_id"


def apply(patcher: Patcher, services: Services) -> None:
    """Register the patch."""
    patcher.on_import("ministack.app", _Edge(patcher, services).patch)


class _Edge:
    def __init__(self, patcher: Patcher, services: Services) -> None:
        self._patcher = patcher
        self._find = services.distributions.find

    def patch(self, app: Any) -> None:
        patcher = self._patcher
        self._app = app
        self._set_account = patcher.module("ministack.core.responses").set_request_account_id
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

    async def _own_path(self, method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        found = self._find(headers.get("host", ""))
        if found is None:
            return await self._before_body(method, path, headers, *rest)
        headers["host"] = found.name
        return None

    async def _own_path_with_body(self, method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        if self._find(headers.get("host", "")) is None:
            return await self._shortcuts(method, path, headers, *rest)
        return None

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
            return await self._special(method, path, headers, *rest)
        self._set_account(found.account)
        return await self._app._handle_cloudfront_dataplane_request(
            found.domain_name, path, raw_path or path, raw_query_string, method, headers, body, query_params, client_ip
        )
