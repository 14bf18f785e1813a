"""REST APIs fail as API Gateway makes them fail.

AWS: a function needs a permission for the API (or the integration a role), and a uri and method that invoke it; an
answer of another shape, or an error of the handler, is 502 "Internal server error" without a word of the handler's,
and a throttled function is 500; 29 seconds are the limit of an integration, 10 MB of a request; every request counts
in AWS/ApiGateway. The event says under which name, path and protocol the API was called, and has the request id that
the client gets. A body is validated only if its content type has a model.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
https://repost.aws/knowledge-center/api-gateway-internal-server-error
MiniStack: no permission, shape, time or size is checked, errors are passed on, ``$context`` stays in the body of mocks,
the event has no domain name and a request id of its own, and the model for JSON holds for every content type.
Here: those checks around MiniStack's; failures go through the stage's gateway responses, so their headers apply.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.proxy_response import is_proxy_response
from stackwright.emulator.launcher.rest_request import RestRequest, current_rest_request
from stackwright.emulator.launcher.shared import SharedState

MAX_REQUEST_BYTES = 10 * 1024 * 1024
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_HEADER_BYTES = 10_240
DEFAULT_TIMEOUT_MS = 29_000
_INVOCATION_URI = re.compile(
    r"arn:aws[\w-]*:apigateway:[\w-]+:lambda:path/2015-03-31/functions/(?P<function>.+)/invocations"
)


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.apigateway_v1",
        "_GatewayError _deployed_gateway_responses _rest_apis _stages_v1",
    )
    patcher.require("ministack.services.cloudwatch", "record_metric")
    patcher.on_import("ministack.services.apigateway_v1", lambda module: _RestApis(module, patcher, shared).install())


class _GatewayFailureError(Exception):
    """API Gateway itself answers: the gateway response and the status it has unless customized."""

    def __init__(self, response_type: str, message: str = "Internal server error", status: int | None = None) -> None:
        super().__init__(message)
        self.response_type = response_type
        self.message = message
        self.status = status


class _RestApis:
    def __init__(self, gateway: Any, patcher: Patcher, shared: SharedState) -> None:
        self._gateway = gateway
        self._patcher = patcher
        self._shared = shared

    def install(self) -> None:
        gateway, replace = self._gateway, self._patcher.replace
        scope = "api_id stage_name method path headers body query_params owner_account_id owner_region"
        self._handle = replace(gateway, "_handle_execute_in_scope", self._counted, parameters=scope)
        self._execute = replace(gateway, "_execute_in_scope", self._guarded, parameters=f"request {scope}")
        self._answer = replace(gateway, "_gateway_error_response", self._error_response, parameters="error request")
        replace(gateway, "_lambda_proxy_response", _proxy_response, parameters="result")
        invocation = (
            "integration api_id stage_name stage resource request_path method headers body query_params path_params"
            " owner_account_id owner_region binary_media_types authorizer_context caller_identity"
        )
        self._proxy = replace(gateway, "_invoke_lambda_proxy_v1", self._invoke_proxy, parameters=invocation)
        self._custom = replace(gateway, "_invoke_lambda_custom_v1", self._invoke_custom, parameters=invocation)
        validation = "method_obj api_id request headers body query_params"
        self._validate = replace(gateway, "_check_request_validation", self._validated, parameters=validation)
        event = invocation.replace("integration ", "").replace("owner_account_id owner_region ", "")
        self._build = replace(gateway, "_build_lambda_event_v1", self._event, parameters=event)
        self._authorize = replace(
            gateway, "_invoke_authorizer_lambda", self._authorizer, parameters="authorizer event account_id region"
        )

    async def _counted(self, api_id: str, stage_name: str, *rest: Any) -> Any:
        started = time.monotonic()
        response = await self._handle(api_id, stage_name, *rest)
        api = self._gateway._rest_apis.get(api_id) or {}
        status = int(response[0])
        record = self._patcher.module("ministack.services.cloudwatch").record_metric
        for dimensions in ({"ApiName": api.get("name", "")}, {"ApiName": api.get("name", ""), "Stage": stage_name}):
            record("AWS/ApiGateway", "Count", 1, "Count", dimensions)
            record("AWS/ApiGateway", "4XXError", int(400 <= status < 500), "Count", dimensions)
            record("AWS/ApiGateway", "5XXError", int(status >= 500), "Count", dimensions)
            record("AWS/ApiGateway", "Latency", (time.monotonic() - started) * 1000, "Milliseconds", dimensions)
        return response

    async def _guarded(
        self,
        request: dict[str, Any],
        api_id: str,
        stage_name: str,
        method: str,
        path: str,
        headers: Mapping[str, Any],
        body: bytes | None,
        query_params: Any,
        account: str,
        region: str,
    ) -> Any:
        # MiniStack fills it in on its way; a failure before that must find the gateway responses too.
        request["stage"] = self._gateway._stages_v1.get(api_id, {}).get(stage_name)
        try:
            if request["stage"] and len(body or b"") > MAX_REQUEST_BYTES:
                message = f"HTTP content length exceeded {MAX_REQUEST_BYTES} bytes."
                raise _GatewayFailureError("REQUEST_TOO_LARGE", message)
            if request["stage"] and _header_bytes(headers) > MAX_HEADER_BYTES:
                message = f"HTTP header is larger than {MAX_HEADER_BYTES} bytes."
                raise _GatewayFailureError("DEFAULT_4XX", message, 431)
            return await self._execute(
                request, api_id, stage_name, method, path, headers, body, query_params, account, region
            )
        except _GatewayFailureError as failure:
            error = self._gateway._GatewayError(failure.response_type, failure.message)
            error.status = failure.status
            return error

    def _error_response(self, error: Any, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = self._answer(error, request)
        own_status = getattr(error, "status", None)
        if own_status is not None and not self._customized(request, error.response_type).get("statusCode"):
            status = own_status
        return status, headers, body

    def _customized(self, request: Mapping[str, Any], response_type: str) -> Mapping[str, Any]:
        deployed = self._gateway._deployed_gateway_responses.get(request["api_id"], {})
        return (deployed.get(request["stage"].get("deploymentId")) or {}).get(response_type) or {}

    async def _invoke_proxy(self, integration: Mapping[str, Any], *rest: Any, **named: Any) -> Any:
        self._check(integration)
        return await self._in_time(integration, self._proxy(integration, *rest, **named))

    async def _invoke_custom(self, integration: Mapping[str, Any], *rest: Any, **named: Any) -> Any:
        self._check(integration)
        return await self._in_time(integration, self._custom(integration, *rest, **named))

    def _check(self, integration: Mapping[str, Any]) -> None:
        """Whether API Gateway could invoke the function at all.

        Raises:
            _GatewayFailureError: it could not.
        """
        uri = _INVOCATION_URI.fullmatch(str(integration.get("uri", "")))
        if uri is None or integration.get("httpMethod") != "POST":
            self._shared.log(f"integration {integration.get('httpMethod')} {integration.get('uri')}: cannot invoke")
            raise _GatewayFailureError("API_CONFIGURATION_ERROR")
        request = self._request
        source = f"{request.api_arn}/{request.stage}/{request.method}{request.details['resource_path']}"
        if not self._may_invoke(uri["function"], integration.get("credentials"), source):
            raise _GatewayFailureError("API_CONFIGURATION_ERROR")

    def _may_invoke(self, function: str, credentials: str | None, source_arn: str) -> bool:
        authorizer = self._shared.authorizer
        if not function.startswith("arn:"):
            return True  # a stage variable; MiniStack resolves it
        if credentials:
            return credentials.endswith(":user/*") or authorizer.role_may(
                credentials, "lambda:InvokeFunction", function, via="apigateway"
            )
        return authorizer.may_invoke("apigateway.amazonaws.com", function, source_arn=source_arn)

    async def _in_time(self, integration: Mapping[str, Any], call: Any) -> Any:
        seconds = int(integration.get("timeoutInMillis") or DEFAULT_TIMEOUT_MS) / 1000
        task = asyncio.ensure_future(call)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
            return task.result()
        # The function goes on, as on AWS; nobody waits for its answer.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise _GatewayFailureError("INTEGRATION_TIMEOUT", "Endpoint request timed out")

    def _validated(
        self, method_obj: Mapping[str, Any], api_id: str, request: Any, headers: Mapping[str, Any], *rest: Any
    ) -> Any:
        given = next((str(value) for name, value in headers.items() if name.lower() == "content-type"), "")
        content_type = given.partition(";")[0].strip() or "application/json"
        models = method_obj.get("requestModels") or {}
        model = models.get(content_type) or models.get("$default")
        applicable = {content_type: model} if model else {}
        return self._validate({**method_obj, "requestModels": applicable}, api_id, request, headers, *rest)

    def _event(self, api_id: str, stage_name: str, *rest: Any, **named: Any) -> dict[str, Any]:
        event = self._build(api_id, stage_name, *rest, **named)
        host = str(event["headers"].get("host") or event["headers"].get("Host") or "")
        context = event["requestContext"]
        context["requestId"] = context["extendedRequestId"] = self._request.request_id
        context["domainName"], context["domainPrefix"] = host, host.partition(".")[0]
        if host.startswith("127.0.0.1"):
            context["path"] = f"/_aws/execute-api/{api_id}{context['path']}"
        # This end of the connection writes them, whatever the client sent.
        protocol = {"X-Forwarded-Proto": "http", "X-Forwarded-Port": host.rpartition(":")[2]}
        for field_name, values in (("headers", protocol), ("multiValueHeaders", {k: [v] for k, v in protocol.items()})):
            kept = {k: v for k, v in event[field_name].items() if k.title() not in protocol}
            event[field_name] = {**kept, **values}
        return event

    async def _authorizer(self, authorizer: Mapping[str, Any], event: Any, account_id: str, region: str) -> Any:
        uri = _INVOCATION_URI.fullmatch(str(authorizer.get("authorizerUri", "")))
        source = f"{self._request.api_arn}/authorizers/{authorizer.get('id')}"
        if uri is None or not self._may_invoke(uri["function"], authorizer.get("authorizerCredentials"), source):
            return None
        return await self._authorize(authorizer, event, account_id, region)

    @property
    def _request(self) -> RestRequest:
        request = current_rest_request.get()
        assert request is not None
        return request


def _proxy_response(result: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """The handler's answer if it has the shape of a proxy response.

    Raises:
        _GatewayFailureError: it has not, or the handler failed, or was not called because too many of it run.
    """
    if result.get("throttle"):
        raise _GatewayFailureError("DEFAULT_5XX", status=500)
    answer = result.get("body")
    if result.get("error") or not is_proxy_response(answer):
        raise _GatewayFailureError("DEFAULT_5XX", status=502)
    assert isinstance(answer, dict)
    return {**answer, "statusCode": int(answer["statusCode"]), "body": answer.get("body") or ""}, None


def _header_bytes(headers: Mapping[str, Any]) -> int:
    return sum(len(name) + len(str(value)) for name, value in headers.items())
