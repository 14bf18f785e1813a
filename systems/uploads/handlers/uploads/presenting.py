"""What clients are told about files: where they are, and how to send large ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from .storing import Part, Reservation, SignedRequest


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
