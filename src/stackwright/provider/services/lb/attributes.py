"""Settings that ELB has as attributes with dotted names, and what its types have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.provider.provisioner import Inputs


def attributes(new: Inputs, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Attributes for the inputs that were given.

    Args:
        names: input -> attribute; `input.part` reaches into a block.
    """
    wanted: list[dict[str, str]] = []
    for path, attribute in names.items():
        key, _, part = path.partition(".")
        value = new.get(key)
        if part:
            value = (value or {}).get(part)
        if value is not None:
            wanted.append({"Key": attribute, "Value": _text(value)})
    return wanted


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def suffix(arn: str) -> str:
    """The part of an ARN that CloudWatch has as dimension."""
    resource = arn.split(":", 5)[5]
    return resource.removeprefix("loadbalancer/")
