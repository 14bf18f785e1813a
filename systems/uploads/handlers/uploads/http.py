"""API Gateway proxy events and answers: bodies, correlation ids, CORS, the one shape of errors."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from . import media_types
from .errors import RequestError
from .storing import Part, Reservation, SignedRequest

CORS_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,"
    "Idempotency-Key,X-Correlation-Id",
    "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE,OPTIONS",
    "Access-Control-Expose-Headers": "X-Correlation-Id",
}

_JSON = "application/json"
_SAFE_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SAFE_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")


def correlation_id(event: APIGatewayProxyEvent, request_id: str) -> str:
    """Return the client's correlation id if it is safe to repeat, else API Gateway's request id, else ours."""
    given = event.headers.get("X-Correlation-Id", "")
    if _SAFE_CORRELATION_ID.fullmatch(given):
        return given
    return gateway_request_id(event) or request_id


def gateway_request_id(event: APIGatewayProxyEvent) -> str:
    """Return the id that API Gateway gave the request, or an empty text."""
    context: Mapping[str, Any] = event.raw_event.get("requestContext") or {}
    return str(context.get("requestId") or "")


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
    _require_json(event.headers.get("Content-Type"))
    if not event.raw_event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise RequestError(400, "invalid_json", "The body is not valid JSON.") from None


def _require_json(content_type: str | None) -> None:
    if content_type is None:
        return
    parsed = media_types.parse(content_type)
    is_json = parsed is not None and (parsed.essence == _JSON or parsed.essence.endswith("+json"))
    if parsed is None or not is_json or parsed.charset not in (None, "utf-8", "utf8"):
        raise RequestError(
            415, "unsupported_media_type", "Send the body as application/json in UTF-8.", {"supported": [_JSON]}
        )


def file_url(event: APIGatewayProxyEvent, file_id: str) -> str:
    """Return where GET answers for a file: absolute if API Gateway says under which name it was called.

    `requestContext.path` holds what stands before the route: the stage, or a custom domain's base path.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    Without a domain name it is relative to the URL of the request.
    """
    context: Mapping[str, Any] = event.raw_event.get("requestContext") or {}
    domain, full_path = context.get("domainName"), str(context.get("path", ""))
    if not domain or not full_path.endswith(event.path):
        return f"files/{file_id}"
    scheme = event.headers.get("X-Forwarded-Proto", "https")
    return f"{scheme}://{domain}{full_path.removesuffix(event.path)}/files/{file_id}"


def answer(
    status: int, body: Mapping[str, object] | None, correlation: str, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """Return an answer with the headers that all answers have."""
    return Response(
        status_code=status,
        content_type=None if body is None else _JSON,
        body="" if body is None else json.dumps(body, ensure_ascii=False),
        # Answers hold signed URLs, which no cache may keep.
        headers={**CORS_HEADERS, "X-Correlation-Id": correlation, "Cache-Control": "no-store", **(headers or {})},
    )


def error_answer(error: RequestError, correlation: str) -> Response[str]:
    """Return the answer to a request that cannot be served."""
    fault: dict[str, object] = {"code": error.code, "message": error.message}
    if error.details:
        fault["details"] = error.details
    fault["correlationId"] = correlation
    return answer(error.status, {"error": fault}, correlation, error.headers)


def reservation_body(reservation: Reservation, seconds: int) -> dict[str, object]:
    """Return how to send a large file, for the client."""
    if reservation.put is not None:
        return {"type": "put", "expires_in": seconds, **_signed(reservation.put)}
    return {
        "type": "multipart",
        "expires_in": seconds,
        "parts": [_part(part) for part in reservation.parts],
        "complete": None if reservation.complete is None else _signed(reservation.complete),
    }


def _part(part: Part) -> dict[str, object]:
    return {"part_number": part.number, "size": part.size, **_signed(part.request)}


def _signed(request: SignedRequest) -> dict[str, object]:
    return {"method": request.method, "url": request.url, "headers": dict(request.headers)}
