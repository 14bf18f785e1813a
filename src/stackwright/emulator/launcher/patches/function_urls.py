"""Function URLs ask for both permissions.

AWS: a call needs ``lambda:InvokeFunctionUrl`` and, since October 2025, ``lambda:InvokeFunction``. With AuthType NONE
the function's policy must grant both to everybody and the signature does not matter; with AWS_IAM the caller's policies
or, in the same account, the function's policy do, and in another account both. ``lambda:FunctionUrlAuthType`` is a
condition key of the first action only, ``lambda:InvokedViaFunctionUrl`` of the second. Who may not gets 403 with the
words below; an unsigned call of AWS_IAM gets a plain "Forbidden". The preflight of a URL with CORS asks for nothing.
AddPermission takes an auth type for ``lambda:InvokeFunctionUrl`` only. The event has the path and the query as they
were sent, and the cookies in a list of their own.
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
https://github.com/awsdocs/aws-lambda-developer-guide/issues/494 (the answer's words)
https://github.com/middleapi/standard-server/pull/93 (the path is not decoded)
MiniStack: asks signed callers for the first permission, whatever the AuthType, and unsigned ones for none; it looks for
the function's policy in the caller's account; the event has the decoded path and no cookies.
Here: both are asked for, and the event is put right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from stackwright.emulator.launcher.http_events import split_cookies
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
_URL, _INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.app",
        "_credential_failure _function_url_auth_target _parse_lambda_url extract_access_key_id extract_region",
    )
    patcher.require(
        "ministack.services.lambda_svc",
        "_function_url_cors_headers _function_url_is_signed _functions error_response_json handle_function_url_request",
    )
    patcher.require("ministack.core.iam_evaluator", "AuthError enforce")
    urls = _FunctionUrls(patcher, shared)
    patcher.on_import("ministack.app", urls.patch_app)
    patcher.on_import("ministack.services.lambda_svc", urls.patch_lambda)


class _FunctionUrls:
    def __init__(self, patcher: Patcher, shared: SharedState) -> None:
        self._patcher = patcher
        self._shared = shared
        # The path and the query as they were sent.
        self._sent: ContextVar[tuple[str | None, str]] = ContextVar("function_url_sent", default=(None, ""))

    def patch_app(self, app: Any) -> None:
        self._app = app
        self._special = self._patcher.replace(
            app,
            "_handle_special_data_plane_request",
            self._as_sent,
            parameters="method path headers body query_params request_id raw_path raw_query_string client_ip",
        )
        self._unknown = self._patcher.replace(
            app,
            "_handle_lambda_url_request",
            self._handle,
            parameters="host path method headers body query_params source_ip",
        )

    def patch_lambda(self, functions: Any) -> None:
        self._lambda = functions
        self._build = self._patcher.replace(
            functions,
            "_build_function_url_event",
            self._event,
            parameters=(
                "url_id account_id region method path headers body query_params source_ip anonymous trace_root"
            ),
        )
        self._patcher.replace(functions, "function_policy_for_arn", self._policy, parameters="resource_arn")
        self._permit = self._patcher.replace(
            functions, "_add_permission", self._add_permission, parameters="func_name data query_params path_qualifier"
        )

    def _policy(self, resource_arn: str) -> tuple[Any, str] | None:
        """The policy of a function and its owner, who need not be the caller."""
        parts = resource_arn.split(":")
        found = self._lambda._functions.get_scoped(parts[4], parts[3], parts[6]) if len(parts) > 6 else None
        return (found["policy"], parts[4]) if found else None

    async def _as_sent(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query_params: Mapping[str, Any],
        request_id: str,
        raw_path: str | None = None,
        raw_query_string: str = "",
        client_ip: str = "127.0.0.1",
    ) -> Any:
        token = self._sent.set((raw_path, raw_query_string))
        try:
            return await self._special(
                method, path, headers, body, query_params, request_id, raw_path, raw_query_string, client_ip
            )
        finally:
            self._sent.reset(token)

    async def _handle(
        self,
        host: str,
        path: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        query_params: Mapping[str, Any],
        source_ip: str | None = None,
    ) -> Any:
        raw_path, raw_query = self._sent.get()
        same_query = parse_qs(raw_query, keep_blank_values=True) == query_params
        if raw_path is None or unquote(raw_path) != path or not same_query:
            # A distribution may ask for another path and query than its viewer.
            query = urlencode([(name, value) for name, values in query_params.items() for value in values])
            self._sent.set((None, query))
            raw_path = path
        parsed = self._app._parse_lambda_url(host, raw_path)
        if parsed is None:
            return None
        url_id, function_path = parsed
        function_arn, _, resolved = self._app._function_url_auth_target(url_id)
        if resolved is None:
            return await self._unknown(host, path, method, headers, body, query_params, source_ip)
        config = resolved[4]
        functions = self._patcher.module("ministack.services.lambda_svc")
        if not (method == "OPTIONS" and config.get("Cors")):
            refusal = self._refusal(config["AuthType"], function_arn, headers, query_params)
            if refusal is not None:
                status, own_headers, answer = refusal
                cors = functions._function_url_cors_headers(config, headers)
                return status, {**own_headers, **cors}, answer
        return await functions.handle_function_url_request(
            url_id, method, function_path, headers, body, query_params, resolved=resolved, source_ip=source_ip
        )

    def _refusal(
        self,
        auth_type: str,
        function_arn: str,
        headers: Mapping[str, str],
        query_params: Mapping[str, Any],
    ) -> tuple[int, dict[str, str], bytes] | None:
        """The answer to who may not call; None for who may."""
        asked = (
            (_URL, {"lambda:FunctionUrlAuthType": auth_type}),
            (_INVOKE, {"lambda:InvokedViaFunctionUrl": "true"}),
        )
        if auth_type == "NONE":
            policy, _ = self._policy(function_arn) or (None, "")
            if all(self._shared.authorizer.anybody_may(*each, function_arn, policy) for each in asked):
                return None
            return _forbidden(FORBIDDEN)
        if not self._lambda._function_url_is_signed(headers, query_params):
            return _forbidden("Forbidden")
        evaluator = self._patcher.module("ministack.core.iam_evaluator")
        key = self._app.extract_access_key_id(headers, query_params)
        for action, context in asked:
            denied = evaluator.enforce(
                key, action, "lambda", self._app.extract_region(headers, query_params), function_arn, context
            )
            if isinstance(denied, evaluator.AuthError):
                return self._app._credential_failure("lambda", action, "", denied, headers)
            if denied is not None:
                return _forbidden(FORBIDDEN)
        return None

    def _event(self, *asked: Any, **named: Any) -> dict[str, Any]:
        event = self._build(*asked, **named)
        _, query = self._sent.get()
        event["rawQueryString"] = query
        headers, cookies = split_cookies(event["headers"])
        return {**event, "headers": headers, **({"cookies": cookies} if cookies else {})}

    def _add_permission(
        self, func_name: str, data: Mapping[str, Any], query_params: Any = None, path_qualifier: str | None = None
    ) -> Any:
        if "FunctionUrlAuthType" in data and data.get("Action") != _URL:
            message = f"FunctionUrlAuthType is only supported for {_URL} action"
            return self._lambda.error_response_json("InvalidParameterValueException", message, 400)
        return self._permit(func_name, data, query_params, path_qualifier)


def _forbidden(message: str) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
    return 403, headers, json.dumps({"Message": message}, separators=(",", ":")).encode()
