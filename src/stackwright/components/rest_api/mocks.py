"""Methods that API Gateway answers without a function.

A mock is complete only with all four parts: method, method response, integration with a request template, and
integration response; with one missing it answers 500.
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
from pulumi_aws import apigateway

from ..component import Component
from .cors import Cors
from .errors import error_body, method_not_allowed_error

# A mock chooses its template by the request's content type, and any client may send any.
_CONTENT_TYPES: Final = (
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
)


@dataclass(frozen=True, slots=True)
class Mock:
    """A fixed answer.

    Attributes:
        http_method: method, or `ANY` for those that the path has no route for.
        status: HTTP status.
        body: template of the body; empty for none.
        headers: mapping expressions by header.
        content_types: content types of requests that it answers; others get 415.
    """

    http_method: str
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_types: Sequence[str] = ("application/json",)


def preflight(cors: Cors) -> Mock:
    """The answer to a browser that asks before it calls."""
    return Mock("OPTIONS", 200, headers=cors.preflight_headers)


def health(cors: Cors) -> Mock:
    """The answer of a gateway that is up."""
    headers = {**cors.headers, "X-Correlation-Id": "context.requestId"}
    return Mock("GET", 200, json.dumps({"status": "ok"}), headers)


def method_not_allowed(cors: Cors, allowed: Sequence[str]) -> Mock:
    """The answer to a method that the path has no route for; without it API Gateway answers as for no path at all."""
    methods = ", ".join(sorted({*allowed, "OPTIONS"}))
    headers = {**cors.headers, "X-Correlation-Id": "context.requestId", "Allow": f"'{methods}'"}
    return Mock("ANY", 405, error_body(method_not_allowed_error(methods)), headers, _CONTENT_TYPES)


def declare_mock(
    owner: Component, role: str, rest_api: apigateway.RestApi, resource_id: pulumi.Input[str], mock: Mock
) -> apigateway.IntegrationResponse:
    """Declare the four inner resources of a mock; returns the last, which depends on all others."""
    status = str(mock.status)
    method = apigateway.Method(
        f"{owner.label}-{role}-method",
        rest_api=rest_api.id,
        resource_id=resource_id,
        http_method=mock.http_method,
        authorization="NONE",
        opts=owner.inside(),
    )
    response = apigateway.MethodResponse(
        f"{owner.label}-{role}-method-response",
        rest_api=rest_api.id,
        resource_id=resource_id,
        http_method=method.http_method,
        status_code=status,
        response_parameters={f"method.response.header.{name}": True for name in mock.headers},
        opts=owner.inside(),
    )
    integration = apigateway.Integration(
        f"{owner.label}-{role}-integration",
        rest_api=rest_api.id,
        resource_id=resource_id,
        http_method=method.http_method,
        type="MOCK",
        passthrough_behavior="NEVER",
        request_templates={kind: json.dumps({"statusCode": mock.status}) for kind in mock.content_types},
        opts=owner.inside(),
    )
    return apigateway.IntegrationResponse(
        f"{owner.label}-{role}-integration-response",
        rest_api=rest_api.id,
        resource_id=resource_id,
        http_method=integration.http_method,
        status_code=response.status_code,
        response_parameters={f"method.response.header.{name}": value for name, value in mock.headers.items()},
        response_templates={"application/json": mock.body},
        opts=owner.inside(),
    )
