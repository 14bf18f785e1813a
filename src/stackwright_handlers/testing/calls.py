"""Invocations as Lambda and API Gateway make them, and their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Context:
    """What Lambda tells about an invocation."""

    aws_request_id: str = "lambda-request"
    function_name: str = "service"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:service"
    remaining_ms: int = 29_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass
class Answer:
    """What a client gets."""

    status: int
    headers: dict[str, str]
    body: Any

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Answer:
        """From what the function gives to API Gateway."""
        headers = {name: values[0] for name, values in raw["multiValueHeaders"].items()}
        return cls(raw["statusCode"], headers, json.loads(raw["body"]) if raw["body"] else None)

    @property
    def code(self) -> str:
        return self.body["error"]["code"]


def proxy_event(
    method: str,
    path: str,
    resource: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    sent = {"Host": "api.example.com", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    sent |= headers or {}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "gateway-request",
            "path": f"/prod{path}",
            "stage": "prod",
            "domainName": "abc.execute-api.us-east-1.amazonaws.com",
        },
        "body": text,
        "isBase64Encoded": False,
    }
