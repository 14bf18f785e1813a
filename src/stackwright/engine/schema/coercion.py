"""Gives inputs the form that a type's schema has, as the provider does before it makes anything.

A program may write `threshold="80.0"`, `port="5432"` or a policy as a dict; what AWS gets, and what comes out, are a
number and a text. The rules are those of Pulumi's bridge to the Terraform provider and of Terraform's own conversions:
https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go (makeTerraformInput)
https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, cast

from stackwright.engine.go_json import go_json
from stackwright.engine.schema import sdk
from stackwright.engine.schema.shapes import Shape
from stackwright.engine.secrecy import contains_secret
from stackwright.engine.urns import package_of
from stackwright.errors import ResourceError
from stackwright.graph import (
    UNKNOWN,
    Archive,
    Asset,
    Resource,
    ResourceReference,
    Secret,
    Unknown,
    Value,
    contains_unknown,
    reveal,
)

_BRIDGED: Final = frozenset({"aws", "random"})  # packages that run here; both come from Terraform providers
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WORDS: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "map": "a mapping",
    "object": "an object",
}


def coerced(resource: Resource, id_of: Callable[[str], str | Unknown], interpreter: str = sys.executable) -> Resource:
    """The resource with inputs in the form of its type's schema.

    Args:
        id_of: gives the id of a resource; a whole resource given as a value (`role=role`) stands for it.
        interpreter: the program's Python, whose SDK has the schema.

    Raises:
        ResourceError: an input cannot be given that form.
    """
    if package_of(resource.type) not in _BRIDGED:
        return resource
    declared = sdk.resource_type(resource.type, interpreter)
    # Providers have taken documents for longer than their SDKs declare it.
    declared = replace(declared, documents=declared.documents | sdk.resource_type(resource.type).documents)
    form = _Form(f"{resource.type} {resource.name!r}", declared, id_of)
    return replace(resource, inputs={key: form.property(key, value) for key, value in resource.inputs.items()})


class _Form:
    def __init__(self, what: str, declared: sdk.Declared, id_of: Callable[[str], str | Unknown]) -> None:
        self._what = what
        self._declared = declared
        self._id_of = id_of

    def property(self, key: str, value: Value) -> Value:
        shape = self._declared.properties.get(key)
        if shape is None:
            return value
        if key in self._declared.documents:
            value = _document(value)
        return self._fit(shape, value, key)

    def _fit(self, shape: Shape, value: Value, path: str) -> Value:
        match value:
            case ResourceReference(urn):
                # https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go: what a provider
                # sees of a resource that it is not made to know
                return self._fit(shape, self._id_of(urn), path)
            case None | Unknown() | Asset() | Archive():
                return value
            case Secret(inner):
                return Secret(self._fit(shape, inner, path))
            case _ if shape.kind == "list":
                # Where there is one thing only, its list may be left out.
                items = cast("list[Any]", value) if isinstance(value, (list, tuple)) else [value]
                item = shape.item
                return [self._fit(item, v, f"{path}[{i}]") for i, v in enumerate(items)] if item else items
            case Mapping() if shape.kind == "map":
                item = shape.item
                pairs = cast("Mapping[str, Any]", value).items()
                return {k: self._fit(item, v, f"{path}.{k}") if item else v for k, v in pairs}
            case Mapping() if shape.kind == "object":
                members = self._declared.members(shape)
                pairs = cast("Mapping[str, Any]", value).items()
                return {k: self._fit(members[k], v, f"{path}.{k}") if k in members else v for k, v in pairs}
            case [single] if shape.kind == "object":
                # Terraform has single blocks as lists, and the provider takes both.
                return self._fit(shape, single, f"{path}[0]")
            case [] if shape.kind == "object":
                return None
            case _ if shape.kind in ("str", "int", "float", "bool", "map", "object"):
                return self._scalar(shape, value, path)
            case _:
                return value

    def _scalar(self, shape: Shape, value: Any, path: str) -> Value:
        found = _CONVERSIONS[shape.kind](value) if shape.kind in _CONVERSIONS else None
        if found is not None:
            return found
        raise ResourceError(
            f"{self._what}: {path} has to be {_WORDS[shape.kind]}, but is {_shown(value)}",
            fix="The AWS provider would refuse it, too. Give it the form that the type's documentation names.",
        )


def _document(value: Value) -> Value:
    """A document as JSON text, as the provider writes it; a text stays as it is."""
    if isinstance(value, Secret):
        return Secret(_document(value.value))
    if not isinstance(value, (Mapping, list)):
        return value
    if contains_unknown(value):
        return UNKNOWN
    text = go_json(reveal(value), sort=True)
    return Secret(text) if contains_secret(value) else text


def _text(value: Any) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case _:
            return None


def _whole(value: Any) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if math.isfinite(value):
            return int(value)
        case str() if re.fullmatch(r"[+-]?\d+", value):
            return int(value)
        case _:
            return None


def _number(value: Any) -> int | float | None:
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value) else None
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # As in the protocol, which has one kind of number.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(value) if isinstance(value, str) else None


_CONVERSIONS: Final = {"str": _text, "int": _whole, "float": _number, "bool": _truth}


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
