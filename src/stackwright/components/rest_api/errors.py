"""Errors that API Gateway answers by itself, in the shape that the functions use as well.

    {"error": {"code", "message", "details"?, "correlationId"}}

The templates are not run by a template engine; only `$context` variables are replaced.
https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pulumi_aws import apigateway

from ..component import Component
from ..errors import ComponentError
from .cors import Cors


@dataclass(frozen=True, slots=True)
class GatewayError:
    """What a client sees: `status` None keeps the status that API Gateway chose."""

    status: int | None
    code: str
    message: str
    details: str = ""


GATEWAY_ERRORS: Final = {
    "BAD_REQUEST_BODY": GatewayError(
        400,
        "invalid_body",
        "The request body does not match the schema.",
        details="$context.error.validationErrorString",
    ),
    "BAD_REQUEST_PARAMETERS": GatewayError(
        400,
        "invalid_parameters",
        "A request parameter is missing or malformed.",
        details="$context.error.validationErrorString",
    ),
    # The answer to a path that no route has; API Gateway's own would be 403 "Missing Authentication Token".
    "MISSING_AUTHENTICATION_TOKEN": GatewayError(404, "route_not_found", "There is no such route."),
    "RESOURCE_NOT_FOUND": GatewayError(404, "route_not_found", "There is no such route."),
    "INVALID_API_KEY": GatewayError(403, "forbidden", "The API key is missing or not valid."),
    "REQUEST_TOO_LARGE": GatewayError(413, "too_large", "The request body is too large."),
    "UNSUPPORTED_MEDIA_TYPE": GatewayError(
        415, "unsupported_media_type", "Send the body as application/json in UTF-8."
    ),
    "THROTTLED": GatewayError(429, "throttled", "Too many requests. Try again in a moment."),
    "QUOTA_EXCEEDED": GatewayError(429, "quota_exceeded", "The quota of this API key is used up."),
    "INTEGRATION_FAILURE": GatewayError(502, "bad_gateway", "The request could not be completed. Try again."),
    "INTEGRATION_TIMEOUT": GatewayError(504, "timeout", "The request took too long. Try again."),
    "DEFAULT_4XX": GatewayError(None, "refused", "The request was refused."),
    "DEFAULT_5XX": GatewayError(None, "internal_error", "The request could not be completed. Try again."),
}
"""By response type. Types that are not listed are answered as DEFAULT_4XX or DEFAULT_5XX."""


def method_not_allowed_error(allowed: str) -> GatewayError:
    """The error of a route that exists, but not for this method."""
    return GatewayError(405, "method_not_allowed", f"This route knows {allowed}.")


def error_body(error: GatewayError) -> str:
    """The template of an error's body."""
    details = {"details": error.details} if error.details else {}
    content = {"code": error.code, "message": error.message, **details, "correlationId": "$context.requestId"}
    return json.dumps({"error": content})


def gateway_responses(
    owner: Component, rest_api: apigateway.RestApi, cors: Cors, messages: Mapping[str, str]
) -> list[apigateway.Response]:
    """Declare one inner resource `<owner>-response-<type>` for each type of error.

    Args:
        messages: by response type, what to say in place of the general message.

    Raises:
        ComponentError: a message is for no type in `GATEWAY_ERRORS`.
    """
    unknown = messages.keys() - GATEWAY_ERRORS.keys()
    if unknown:
        raise ComponentError(
            f"{owner.label}: error_messages names {', '.join(sorted(unknown))}",
            fix=f"one of {', '.join(GATEWAY_ERRORS)}",
        )
    errors = {kind: replace(error, message=messages.get(kind, error.message)) for kind, error in GATEWAY_ERRORS.items()}
    headers = {**cors.headers, "X-Correlation-Id": "context.requestId"}
    return [
        apigateway.Response(
            f"{owner.label}-response-{response_type.lower().replace('_', '-')}",
            rest_api_id=rest_api.id,
            response_type=response_type,
            status_code=str(error.status) if error.status is not None else None,
            response_templates={"application/json": error_body(error)},
            response_parameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            opts=owner.inside(),
        )
        for response_type, error in errors.items()
    ]
