"""HTTP APIs fail as API Gateway makes them fail.

AWS: a function needs a permission for the API (or the integration a role); an error of the handler and an answer of
another shape are 500 "Internal Server Error"; a throttled function is 503.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
MiniStack: no permission is asked, and the handler's error message is passed on.
Here: the permission is checked and the handler's words stay inside. Function URLs and load balancers get the same
treatment with their own status, 502.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from stackwright.local.launcher.patching import Patcher
from stackwright.local.launcher.proxy_response import is_proxy_response
from stackwright.local.launcher.services import Services


def apply(patcher: Patcher, services: Services) -> None:
    """Register the patch."""
    apis = _HttpApis(patcher, services)
    patcher.on_import("ministack.services.apigateway", apis.patch_gateway)
    patcher.on_import("ministack.services.lambda_svc", apis.patch_lambda)


class _HttpApis:
    def __init__(self, patcher: Patcher, services: Services) -> None:
        self._patcher = patcher
        self._services = services
        self._is_http_api: ContextVar[bool] = ContextVar("is_http_api", default=False)

    def patch_gateway(self, gateway: Any) -> None:
        self._gateway = gateway
        self._invoke = self._patcher.replace(
            gateway,
            "_invoke_lambda_proxy",
            self._invoke_allowed,
            parameters=(
                "integration api_id stage path method headers body query_params route_key path_params"
                " authorizer_claims authorizer_scopes authorizer_lambda_context authorizer_iam"
                " owner_account_id owner_region raw_query_string"
            ),
        )

    def patch_lambda(self, lambda_service: Any) -> None:
        self._shape = self._patcher.replace(
            lambda_service, "lambda_execute_result_to_api_proxy_response", self._shaped, parameters="exec_result"
        )

    async def _invoke_allowed(
        self, integration: Mapping[str, Any], api_id: str, stage: str, path: str, method: str, *rest: Any, **named: Any
    ) -> Any:
        account, region = named["owner_account_id"], named["owner_region"]
        source = f"arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{method}{path}"
        function = self._gateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        if function.startswith("arn:") and not self._allowed(function, integration.get("credentialsArn"), source):
            return _failure(500)
        token = self._is_http_api.set(True)
        try:
            return await self._invoke(integration, api_id, stage, path, method, *rest, **named)
        finally:
            self._is_http_api.reset(token)

    def _allowed(self, function: str, credentials: str | None, source: str) -> bool:
        authorizer = self._services.authorizer
        if credentials:
            return authorizer.role_may(credentials, "lambda:InvokeFunction", function, via="apigateway")
        return authorizer.may_invoke("apigateway.amazonaws.com", function, source_arn=source)

    def _shaped(self, exec_result: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
        http_api = self._is_http_api.get()
        if exec_result.get("throttle"):
            status, message = (503, "Service Unavailable") if http_api else (429, "Too Many Requests")
            return _answer(status, message), None
        answer = exec_result.get("body")
        malformed = isinstance(answer, dict) and "statusCode" in answer and not is_proxy_response(answer)
        if exec_result.get("error") or malformed:
            return _answer(500 if http_api else 502, "Internal Server Error"), None
        return self._shape(exec_result)


def _answer(status: int, message: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps({"message": message})}


def _failure(status: int) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
