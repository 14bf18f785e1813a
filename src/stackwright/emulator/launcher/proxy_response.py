"""What API Gateway takes for the answer of a function behind a proxy integration."""

from __future__ import annotations

from typing import Any


def is_proxy_response(answer: Any) -> bool:
    """Whether a handler's answer is one that API Gateway can turn into a response."""
    if not isinstance(answer, dict) or isinstance(answer.get("statusCode"), bool):
        return False
    status = str(answer.get("statusCode", ""))
    return (
        status.isdigit()
        and 100 <= int(status) <= 599
        and isinstance(answer.get("body"), str | None)
        and isinstance(answer.get("isBase64Encoded", False), bool | None)
        and _are_headers(answer.get("headers"))
        and _are_headers(answer.get("multiValueHeaders"), many=True)
    )


def _are_headers(headers: Any, *, many: bool = False) -> bool:
    if headers is None:
        return True
    if not isinstance(headers, dict):
        return False
    scalar = str | int | float
    return all(
        isinstance(value, list) and all(isinstance(each, scalar) for each in value)
        if many
        else isinstance(value, scalar)
        for value in headers.values()
    )
