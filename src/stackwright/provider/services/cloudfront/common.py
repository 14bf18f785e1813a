"""What the resource types of CloudFront have in common."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from stackwright.provider.aws import Aws, AwsError, error_code
from stackwright.provider.services._shapes import pascal


def arn(aws: Aws, kind: str, resource_id: str) -> str:
    """CloudFront is global: its ARNs have no region."""
    return f"arn:{aws.partition}:cloudfront::{aws.account}:{kind}/{resource_id}"


def unless_gone(call: Callable[[], Any]) -> None:
    """Make a call; that its object does not exist is fine. Each type has its own error code for that."""
    try:
        call()
    except AwsError as error:
        if not error_code(error).startswith("NoSuch") and error_code(error) != "EntityNotFound":
            raise


def counted(items: Iterable[Any] | None) -> dict[str, Any]:
    """A list as CloudFront wants it, with its length."""
    values = list(items or [])
    return {"Quantity": len(values), "Items": values} if values else {"Quantity": 0}


def shaped(value: Any, renamed: Mapping[str, str]) -> Any:
    """Nested settings in CloudFront's spelling, every `Items` with its `Quantity`."""
    return _with_quantities(pascal(value, renamed))


def _with_quantities(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_quantities(part) for part in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    parts = {key: _with_quantities(part) for key, part in given.items()}
    return {**parts, "Quantity": len(parts["Items"])} if isinstance(parts.get("Items"), list) else parts


def reference() -> str:
    """A caller reference; a second request with the same one would give the first one's object."""
    return str(uuid.uuid4())
