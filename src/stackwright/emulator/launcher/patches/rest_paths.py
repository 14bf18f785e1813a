"""REST APIs route by the path as it was sent.

AWS: a path is not decoded, so that ``a%2Fb`` is one path parameter, which the function gets as it was sent; slashes
before the first and behind the last segment count for nothing in routing, and a doubled one inside is kept for a
greedy parameter. ``path`` of the event has the trailing slash and not the extra leading ones, ``requestContext.path``
has both. The last of several values stands in ``queryStringParameters``. The permission of the function is asked for
the path of the resource, whatever was sent: deployment tools grant ``/files/*`` or ``/files/{id}``, never with a slash
at the end.
Recorded from AWS: https://github.com/localstack/localstack/blob/2da97ffd/tests/aws/services/apigateway/
test_apigateway_lambda.snapshot.json (test_lambda_aws_proxy_integration); https://github.com/aws/aws-sam-cli/issues/3524
On the permission: https://github.com/aws/serverless-application-model/pull/763 and /issues/540 (2018; one report of
2017, /issues/110, says that the name in braces did not do), https://github.com/hashicorp/terraform-provider-aws/pull/1552
Not recorded anywhere: an empty segment inside the path for a plain parameter, and dot segments. Here the first matches
nothing, and the second are segments like any other.
MiniStack: decodes the path before it routes, drops all empty segments, and takes the first value of the query.
Here: the raw path goes in, routing sees its segments, and the event is put right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.rest_request import RestRequest, current_rest_request
from stackwright.emulator.launcher.shared import SharedState

_GATEWAY = "ministack.services.apigateway_v1"


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.app", "_parse_execute_api_url _resolve_custom_domain_request")
    patcher.require("ministack.services.apigateway_v1", "find_api_scope")
    paths = _RestPaths(patcher)
    patcher.on_import("ministack.app", paths.patch_app)
    patcher.on_import(_GATEWAY, paths.patch_gateway)


class _RestPaths:
    def __init__(self, patcher: Patcher) -> None:
        self._patcher = patcher

    def patch_app(self, app: Any) -> None:
        self._app = app
        self._handle = self._patcher.replace(
            app,
            "_handle_execute_api_request",
            self._as_sent,
            parameters="host path method headers body query_params raw_path raw_query_string",
        )

    def patch_gateway(self, gateway: Any) -> None:
        replace = self._patcher.replace
        self._serve = replace(
            gateway,
            "_handle_execute_in_scope",
            self._served,
            parameters=("api_id stage_name method path headers body query_params owner_account_id owner_region"),
        )
        self._authorization = replace(
            gateway, "method_authorization_type", self._authorization_type, parameters="api_id stage_name method path"
        )
        self._match = replace(gateway, "_match_resource_tree", self._matched, parameters="api_id segments")
        self._step = replace(
            gateway, "_match_recursive", self._step_by_step, parameters="resources parent_id segments params"
        )
        self._greedy = replace(
            gateway, "_match_greedy_fallback", self._greedy_match, parameters="api_id segments http_method"
        )
        self._build = replace(
            gateway,
            "_build_lambda_event_v1",
            self._event,
            parameters=(
                "api_id stage_name stage resource request_path method headers body query_params path_params"
                " binary_media_types authorizer_context caller_identity"
            ),
        )

    async def _as_sent(
        self,
        host: str,
        path: str,
        method: str,
        headers: Mapping[str, Any],
        body: bytes,
        query_params: Mapping[str, Sequence[str]],
        raw_path: str | None = None,
        raw_query_string: str | None = None,
    ) -> Any:
        if raw_path is not None and raw_path != path and self._is_rest_api(host, raw_path):
            path = raw_path
        token = current_rest_request.set(RestRequest(method, host, headers))
        try:
            return await self._handle(host, path, method, headers, body, query_params, raw_path, raw_query_string)
        finally:
            current_rest_request.reset(token)

    def _is_rest_api(self, host: str, raw_path: str) -> bool:
        called = self._app._parse_execute_api_url(host, raw_path) or self._app._resolve_custom_domain_request(
            host, raw_path
        )
        return called is not None and self._patcher.module(_GATEWAY).find_api_scope(called[0]) is not None

    async def _served(self, api_id: str, stage_name: str, method: str, path: str, *rest: Any) -> Any:
        request = current_rest_request.get() or RestRequest(method, headers=rest[0] or {})
        request.api_id, request.stage, request.path = api_id, stage_name, path
        request.account, request.region = rest[-2:]
        token = current_rest_request.set(request)
        try:
            return await self._serve(api_id, stage_name, method, path, *rest)
        finally:
            current_rest_request.reset(token)

    def _authorization_type(self, api_id: str, stage_name: str, method: str, path: str) -> Any:
        request = current_rest_request.get()
        if request is not None:
            request.path = path
        return self._authorization(api_id, stage_name, method, path)

    def _matched(self, api_id: str, segments: Sequence[str]) -> Any:
        return self._match(api_id, _segments_as_sent(segments))

    def _greedy_match(self, api_id: str, segments: Sequence[str], http_method: str) -> Any:
        return self._greedy(api_id, _segments_as_sent(segments), http_method)

    def _step_by_step(
        self, resources: Mapping[str, Any], parent_id: str, segments: Sequence[str], params: Mapping[str, str]
    ) -> Any:
        if segments and not segments[0]:
            resources = {
                resource_id: resource
                for resource_id, resource in resources.items()
                if resource.get("parentId") != parent_id or str(resource.get("pathPart", "")).endswith("+}")
            }
        return self._step(resources, parent_id, segments, params)

    def _event(
        self,
        api_id: str,
        stage_name: str,
        stage: Any,
        resource: Mapping[str, Any],
        request_path: str,
        method: str,
        headers: Any,
        body: bytes | None,
        query_params: Mapping[str, Sequence[str]],
        *rest: Any,
        **named: Any,
    ) -> dict[str, Any]:
        event = self._build(
            api_id, stage_name, stage, resource, request_path, method, headers, body, query_params, *rest, **named
        )
        event["path"] = "/" + request_path.lstrip("/")
        if query_params:
            event["queryStringParameters"] = {name: values[-1] for name, values in query_params.items()}
        return event


def _segments_as_sent(segments: Sequence[str]) -> list[str]:
    """The segments of the current request's path with the empty ones inside."""
    request = current_rest_request.get()
    if request is None:
        return list(segments)
    inner = request.path.strip("/")
    return inner.split("/") if inner else []
