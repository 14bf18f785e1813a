"""Gateway responses and mocks know their request.

AWS: ``$context`` variables in the body of a gateway response or of a mock, and ``context.`` in their headers, have the
values of the request, also where it was refused before a function was called.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
MiniStack: knows the request's id, stage and resource in gateway responses, and nothing in mocks.
Here: the other variables are filled in; those without a value here are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.rest_request import RestRequest, current_rest_request
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.services.apigateway_v1", "_iam_caller_identity find_api_scope")
    patcher.on_import("ministack.services.apigateway_v1", lambda module: _Responses(module).install(patcher))


class _Responses:
    def __init__(self, gateway: Any) -> None:
        self._gateway = gateway

    def install(self, patcher: Patcher) -> None:
        gateway, replace = self._gateway, patcher.replace
        scope = "api_id stage_name method path headers body query_params owner_account_id owner_region"
        self._execute = replace(gateway, "_execute_in_scope", self._recorded, parameters=f"request {scope}")
        self._answer = replace(gateway, "_gateway_error_response", self._error_response, parameters="error request")
        self._value = replace(gateway, "_gateway_request_value", self._request_value, parameters="source request")
        self._mock = replace(gateway, "_invoke_mock_v1", self._invoke_mock, parameters="integration")
        self._authorize = replace(
            gateway,
            "_authorize_request_v1",
            self._authorized,
            parameters=(
                "api_id stage_name method_obj method request_path resource headers body query_params path_params stage"
                " owner_account_id owner_region"
            ),
        )
        self._key = replace(
            gateway, "_check_api_key", self._checked_key, parameters="method_obj api_id stage_name headers"
        )

    async def _recorded(self, request: dict[str, Any], *rest: Any) -> Any:
        current = current_rest_request.get()
        if current is not None:
            current.details = request
        return await self._execute(request, *rest)

    def _error_response(self, error: Any, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        current = self._of(request)
        token = current_rest_request.set(current)
        try:
            status, headers, body = self._answer(error, request)
        finally:
            current_rest_request.reset(token)
        text = body.decode().replace("$context.error.validationErrorString", str(error.message))
        return status, headers, current.substituted(text).encode()

    def _of(self, request: Mapping[str, Any]) -> RestRequest:
        """The request as it is known; one that is refused for its signature has not reached the stage yet."""
        current = current_rest_request.get() or RestRequest("", headers=request["headers"])
        if not current.api_id:
            current.api_id, current.stage = request["api_id"], request["stage_name"]
            current.account, current.region = self._gateway.find_api_scope(request["api_id"]) or ("", "")
        current.details = request
        return current

    def _request_value(self, source: str, request: Mapping[str, Any]) -> Any:
        current = current_rest_request.get()
        if current is None or not source.startswith("context."):
            return self._value(source, request)
        return current.context(source.removeprefix("context.")) or None

    def _invoke_mock(self, integration: Mapping[str, Any]) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = self._mock(integration)
        current = current_rest_request.get()
        if current is None:
            return status, headers, body
        values = {
            name: current.context(value.removeprefix("context.")) or "" if value.startswith("context.") else value
            for name, value in headers.items()
        }
        return status, values, current.substituted(body.decode()).encode()

    async def _authorized(
        self, api_id: str, stage_name: str, method_obj: Mapping[str, Any], method: str, path: str, *rest: Any
    ) -> Any:
        error, context = await self._authorize(api_id, stage_name, method_obj, method, path, *rest)
        current = current_rest_request.get()
        if current is not None:
            resource, headers, _, query = rest[:4]
            current.resource, current.authorizer = resource, context or {}
            if method_obj.get("authorizationType") == "AWS_IAM" and error is None:
                current.caller = self._gateway._iam_caller_identity(headers, query) or {}
        return error, context

    def _checked_key(self, *asked: Any) -> Any:
        error, key = self._key(*asked)
        current = current_rest_request.get()
        if current is not None and key is not None:
            current.api_key = key
        return error, key
