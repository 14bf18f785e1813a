"""API Gateway proxy events and answers: bodies, correlation ids, CORS, the one shape of errors."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from .errors import RequestError

_JSON = "application/json"
_CORS_HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Idempotency-Key,X-Correlation-Id"
_CORS_METHODS = "GET,POST,PUT,PATCH,DELETE,OPTIONS"
_SAFE_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SAFE_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")
_JSON_CONTENT = re.compile(
    r"""application/(?:[a-z0-9!#$&^_.+-]+\+)?json \s*
        (?:;\s* charset=(?P<quote>"?) utf-?8 (?P=quote) \s*)? ;? \s*""",
    re.IGNORECASE | re.VERBOSE,
)


@cache
def cors_headers() -> Mapping[str, str]:
    """Headers for browsers, the same that the API itself sends; `RestApi` tells its functions what they are.

    Powertools would leave them out where the request names no origin, and a cache would give that answer to browsers.
    """
    origin = os.environ.get("CORS_ORIGIN", "*")
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": os.environ.get("CORS_HEADERS", _CORS_HEADERS),
        "Access-Control-Allow-Methods": os.environ.get("CORS_METHODS", _CORS_METHODS),
        "Access-Control-Expose-Headers": "X-Correlation-Id",
    }
    return headers if origin == "*" else {**headers, "Vary": "Origin"}


def correlation_id(event: APIGatewayProxyEvent, request_id: str) -> str:
    """Return the client's correlation id if it is safe to repeat, else API Gateway's request id, else ours."""
    given = event.headers.get("X-Correlation-Id", "")
    if _SAFE_CORRELATION_ID.fullmatch(given):
        return given
    return gateway_request_id(event) or request_id


def gateway_request_id(event: APIGatewayProxyEvent) -> str:
    """Return API Gateway's request id, which is empty where there was none."""
    context: Mapping[str, Any] = event.raw_event.get("requestContext") or {}
    return str(context.get("requestId") or "")


def url_of(event: APIGatewayProxyEvent, path: str) -> str:
    """Return the URL of a path of this API, such as "notes/1": absolute if API Gateway says how it was called.

    `requestContext.path` holds what stands before the route: the stage, or a custom domain's base path.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    Without a domain name it is relative to the URL of the request.
    """
    context: Mapping[str, Any] = event.raw_event.get("requestContext") or {}
    domain, full_path = context.get("domainName"), str(context.get("path", ""))
    if not domain or not full_path.endswith(event.path):
        return path
    scheme = event.headers.get("X-Forwarded-Proto", "https")
    return f"{scheme}://{domain}{full_path.removesuffix(event.path)}/{path}"


def idempotency_key(event: APIGatewayProxyEvent) -> str | None:
    """Return the Idempotency-Key header, if there is one.

    Raises:
        RequestError: 400, it is empty, longer than 255 characters or not printable ASCII.
    """
    key = event.headers.get("Idempotency-Key")
    if key is None or _SAFE_IDEMPOTENCY_KEY.fullmatch(key):
        return key
    raise RequestError(
        400, "invalid_idempotency_key", "Idempotency-Key is 1 to 255 printable ASCII characters without spaces."
    )


def body_text(event: APIGatewayProxyEvent) -> str | None:
    """Return the body as text.

    Raises:
        RequestError: 400, it is no text; 415, it is declared to be something other than JSON in UTF-8.
    """
    body: str | None = event.raw_event.get("body")
    if not body:
        return None
    content_type = event.headers.get("Content-Type")
    if content_type is not None and not _JSON_CONTENT.fullmatch(content_type.strip()):
        raise RequestError(
            415, "unsupported_media_type", "Send the body as application/json in UTF-8.", {"supported": [_JSON]}
        )
    if not event.raw_event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        raise RequestError(400, "invalid_json", "The body is not valid JSON.") from None


def answer(
    status: int, body: Mapping[str, object] | None, correlation: str, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Return an answer with the headers that all answers have; None for an empty body."""
    return Response(
        status_code=status,
        content_type=None if body is None else _JSON,
        body="" if body is None else json.dumps(body, ensure_ascii=False),
        # States change by the second, and no cache may keep signed URLs.
        headers={**cors_headers(), "X-Correlation-Id": correlation, "Cache-Control": "no-store", **(headers or {})},
    )


def error_answer(error: RequestError, correlation: str) -> Response[str]:
    """Return the answer to a request that cannot be served."""
    fault: dict[str, object] = {"code": error.code, "message": error.message}
    if error.details:
        fault["details"] = error.details
    fault["correlationId"] = correlation
    return answer(error.status, {"error": fault}, correlation, error.headers)
