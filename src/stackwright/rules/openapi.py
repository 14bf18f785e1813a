"""The integrations that an OpenAPI document in a resource's `body` has.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.rules.view import Node

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ANY: Final = "x-amazon-apigateway-any-method"
_INTEGRATION: Final = "x-amazon-apigateway-integration"


def integrations(api: Node) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method (`ANY` for all), path and integration of each operation of an API."""
    for path, item in _map((api.document("body") or {}).get("paths")).items():
        for name, operation in _map(item).items():
            method = "ANY" if name == _ANY else name.upper() if name in _METHODS else ""
            found = _map(operation).get(_INTEGRATION)
            if method and isinstance(found, Mapping):
                yield method, path, _map(cast("Any", found))


def _map(value: Any) -> Mapping[str, Any]:
    return {str(k): v for k, v in cast("Mapping[Any, Any]", value).items()} if isinstance(value, Mapping) else {}
