"""HTTP APIs call functions as API Gateway calls them.

AWS: a function needs a permission for the route (or the integration a role), and an authorizer's function one for the
authorizer. The event has the integration's payload format, with a named stage in its path, and the answer is read by
the rules of that format; an answer that does not fit and an error of the handler are 500 "Internal Server Error"; a
throttled function and one that takes longer than the integration may are 503. A greedy parameter may be empty.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html (a path with its stage)
https://github.com/aws/serverless-application-model/issues/1860 (the permission of ``$default``)
MiniStack: no permission is asked, every event has format 2.0 without stage and cookies, every answer is read as 2.0,
the handler's error message is passed on, and nothing takes too long.
Here: the call is made anew. Function URLs and load balancers keep MiniStack's, with status 502 and without the
handler's words.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.http_events import HttpApiRequest, response_of, split_cookies
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.proxy_response import is_proxy_response
from stackwright.emulator.launcher.shared import SharedState

MAX_TIMEOUT_MS = 30_000
_PART = re.compile(r"\{([^}+]+)(\+?)\}")


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.apigateway",
        "_extract_lambda_ref_from_integration_uri _get_stage_variables _jwt_claim_to_string _raw_query_string"
        " _v2_request_body_is_text new_uuid run_reentrant",
    )
    patcher.require(
        "ministack.services.lambda_svc",
        "_execute_function_with_config_scope _execution_record_for_config _get_func_record_for_ref_in_scope",
    )
    apis = _HttpApis(patcher, shared)
    patcher.on_import("ministack.services.apigateway", apis.patch_gateway)
    patcher.on_import("ministack.services.lambda_svc", apis.patch_lambda)


class _HttpApis:
    def __init__(self, patcher: Patcher, shared: SharedState) -> None:
        self._patcher = patcher
        self._shared = shared

    def patch_gateway(self, gateway: Any) -> None:
        self._gateway = gateway
        replace = self._patcher.replace
        replace(
            gateway,
            "_invoke_lambda_proxy",
            self._invoke,
            parameters=(
                "integration api_id stage path method headers body query_params route_key path_params"
                " authorizer_claims authorizer_scopes authorizer_lambda_context authorizer_iam"
                " owner_account_id owner_region raw_query_string"
            ),
        )
        replace(gateway, "_extract_path_params", _path_parameters, parameters="route_path request_path")
        self._authorize = replace(
            gateway,
            "_invoke_request_authorizer_lambda",
            self._ask_authorizer,
            parameters="authorizer event account_id region",
        )

    def patch_lambda(self, lambda_service: Any) -> None:
        self._shape = self._patcher.replace(
            lambda_service, "lambda_execute_result_to_api_proxy_response", self._shaped, parameters="exec_result"
        )

    async def _invoke(
        self,
        integration: Mapping[str, Any],
        api_id: str,
        stage: str,
        path: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        query_params: Mapping[str, Sequence[str]] | None,
        route_key: str = "$default",
        path_params: Mapping[str, str] | None = None,
        *,
        owner_account_id: str,
        owner_region: str,
        raw_query_string: str | None = None,
        **authorizer: Any,
    ) -> tuple[int, dict[str, Any], bytes]:
        gateway = self._gateway
        function = gateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        route = route_key if route_key == "$default" else f"{method}{route_key.partition(' ')[2]}"
        source = f"arn:aws:execute-api:{owner_region}:{owner_account_id}:{api_id}/{stage}/{route}"
        if not self._allowed(function, integration.get("credentialsArn"), source):
            return _failure(500)
        is_text = gateway._v2_request_body_is_text(headers.get("content-type"))
        request = HttpApiRequest(
            api_id=api_id,
            account=owner_account_id,
            stage=stage,
            route_key=route_key,
            method=method,
            path=path,
            request_id=gateway.new_uuid(),
            host=headers.get("host", ""),
            headers=headers,
            query=query_params or {},
            raw_query=gateway._raw_query_string(query_params, raw_query_string),
            body=None if not body else body.decode("utf-8", "replace") if is_text else base64.b64encode(body).decode(),
            is_base64=bool(body) and not is_text,
            path_parameters=path_params,
            stage_variables=gateway._get_stage_variables(api_id, stage),
            caller=authorizer.get("authorizer_iam"),
            **self._authorizers(**authorizer),
        )
        version = str(integration.get("payloadFormatVersion") or "1.0")
        result = await self._run(integration, function, request.event(version), owner_account_id, owner_region)
        if result is None or result.get("throttle"):
            return _failure(503)
        response = None if result.get("error") else response_of(_decoded(result.get("body")), version)
        return response or _failure(500)

    def _authorizers(
        self,
        authorizer_claims: Mapping[str, Any] | None = None,
        authorizer_scopes: Sequence[str] | None = None,
        authorizer_lambda_context: Mapping[str, Any] | None = None,
        authorizer_iam: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        if authorizer_claims is not None:
            text = self._gateway._jwt_claim_to_string
            claims = {name: text(value) for name, value in authorizer_claims.items()}
            jwt = {"claims": claims, "scopes": list(authorizer_scopes or ())}
            return {"authorizer_1_0": jwt, "authorizer_2_0": {"jwt": jwt}}
        if authorizer_lambda_context is not None:
            return {
                "authorizer_1_0": authorizer_lambda_context,
                "authorizer_2_0": {"lambda": authorizer_lambda_context},
            }
        return {} if authorizer_iam is None else {"authorizer_2_0": {"iam": authorizer_iam}}

    async def _run(
        self, integration: Mapping[str, Any], function: str, event: Mapping[str, Any], account: str, region: str
    ) -> Mapping[str, Any] | None:
        """The function's result; None when it takes too long."""
        functions = self._patcher.module("ministack.services.lambda_svc")
        record, config, _ = functions._get_func_record_for_ref_in_scope(function, account_id=account, region=region)
        if record is None or config is None:
            return {"error": True}
        execution = functions._execution_record_for_config(record, config)
        call = self._gateway.run_reentrant(functions._execute_function_with_config_scope, execution, event)
        task = asyncio.ensure_future(call)
        milliseconds = int(integration.get("timeoutInMillis") or MAX_TIMEOUT_MS)
        done, _ = await asyncio.wait({task}, timeout=milliseconds / 1000)
        if done:
            return task.result()
        # The function goes on, as on AWS; nobody waits for its answer.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return None

    async def _ask_authorizer(
        self, authorizer: Mapping[str, Any], event: Mapping[str, Any], account_id: str, region: str
    ) -> Any:
        context = event["requestContext"]
        function = self._gateway._extract_lambda_ref_from_integration_uri(authorizer.get("authorizerUri", ""))
        source = (
            f"arn:aws:execute-api:{region}:{account_id}:{context['apiId']}/authorizers/{authorizer.get('authorizerId')}"
        )
        if not self._allowed(function, authorizer.get("authorizerCredentialsArn"), source):
            return None
        return await self._authorize(authorizer, _authorizer_event(authorizer, event), account_id, region)

    def _allowed(self, function: str, credentials: str | None, source: str) -> bool:
        authorizer = self._shared.authorizer
        if not function.startswith("arn:"):
            return True  # a stage variable; MiniStack resolves it
        if credentials:
            return authorizer.role_may(credentials, "lambda:InvokeFunction", function, via="apigateway")
        return authorizer.may_invoke("apigateway.amazonaws.com", function, source_arn=source)

    def _shaped(self, exec_result: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
        if exec_result.get("throttle"):
            return _answer(429, "Too Many Requests"), None
        answer = exec_result.get("body")
        malformed = isinstance(answer, dict) and "statusCode" in answer and not is_proxy_response(answer)
        if exec_result.get("error") or malformed:
            return _answer(502, "Internal Server Error"), None
        return self._shape(exec_result)


def _path_parameters(route_path: str, request_path: str) -> dict[str, str] | None:
    """The values of the route's parameters; None when the path is another."""
    pattern, end = "", 0
    for part in _PART.finditer(route_path):
        pattern += re.escape(route_path[end : part.start()]) + ("(.*)" if part[2] else "([^/]+)")
        end = part.end()
    found = re.fullmatch(pattern + re.escape(route_path[end:]), request_path, re.DOTALL)
    return dict(zip([part[1] for part in _PART.finditer(route_path)], found.groups(), strict=True)) if found else None


def _authorizer_event(authorizer: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with what AWS's has as well."""
    context, now = event["requestContext"], time.time()
    prefix = "" if context["stage"] == "$default" else f"/{context['stage']}"
    clock = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now))
    if event.get("version") == "2.0":
        headers, cookies = split_cookies(event["headers"])
        seen = {**context["http"], "path": prefix + context["http"]["path"]}
        more = {"http": seen, "domainPrefix": context["apiId"], "time": clock, "timeEpoch": int(now * 1000)}
        path = {"rawPath": prefix + event["rawPath"], "requestContext": {**context, **more}}
        return {**event, **path, "headers": headers, **({"cookies": cookies} if cookies else {})}
    values = [_identity(str(each), event) for each in authorizer.get("identitySource") or ()]
    token = ",".join(value for value in values if value) or None
    identity = {"sourceIp": "127.0.0.1", "userAgent": event["headers"].get("user-agent", "")}
    path = prefix + event["path"]
    more = {"path": path, "identity": identity, "requestTime": clock, "requestTimeEpoch": int(now * 1000)}
    return {
        "version": "1.0",
        **event,
        "path": path,
        "identitySource": token,
        "authorizationToken": token,
        "requestContext": {**context, **more},
    }


def _identity(source: str, event: Mapping[str, Any]) -> str:
    kind, _, name = source.removeprefix("$request.").partition(".")
    if kind == "header":
        return str(event["headers"].get(name.lower(), ""))
    if kind == "querystring":
        return str((event.get("queryStringParameters") or {}).get(name, ""))
    return str((event.get("stageVariables") or {}).get(name, "")) if kind == "$stageVariables" else ""


def _decoded(body: Any) -> Any:
    """The answer of the function; runtimes other than Python's give it as text."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str) and body.lstrip().startswith("{"):
        try:
            return json.loads(body)
        except ValueError:
            return body
    return body


def _answer(status: int, message: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps({"message": message})}


def _failure(status: int) -> tuple[int, dict[str, Any], bytes]:
    message = {500: "Internal Server Error", 503: "Service Unavailable"}[status]
    return status, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()
