"""Changes of what API Gateway has, in the form of its PATCH requests.

A value is always a text. What is in a list or a map is added, replaced and removed one by one, by paths in which `~1`
stands for a slash and `~0` for a tilde.
https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
https://docs.aws.amazon.com/apigateway/latest/api/API_PatchOperation.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from stackwright.graph import Resource
from stackwright.provider.provisioner import Inputs

Operation = dict[str, str]

# Structures: taken away as a whole, while the entries of a map go one by one.
_STRUCTURES: Final = frozenset({"accessLogSettings", "quota", "throttle"})
# Lists whose items stand in the path; those of the others are the value.
_ITEM_IN_PATH: Final = frozenset({"binaryMediaTypes", "cacheKeyParameters"})
# These must not be an empty text, and are cleared by a replacement without a value.
_CLEARED_WITHOUT_VALUE: Final = frozenset({"minimumCompressionSize", "operationName", "requestValidatorId"})


def patches(new: Inputs, old: Resource, fields: Mapping[str, str]) -> list[Operation]:
    """Patch operations for the inputs that changed; those no longer given go back to their defaults.

    Args:
        fields: input -> attribute.
    """
    operations: list[Operation] = []
    for ours, theirs in fields.items():
        value, before = new.get(ours), old.inputs.get(ours)
        if value == before:
            continue
        if value is None and not isinstance(before, Mapping | list | tuple):
            value = new.outputs.get(ours)
        operations += changes(theirs, before, value)
    return operations


def changes(attribute: str, before: Any, after: Any) -> list[Operation]:
    """Patch operations that bring an attribute from one value to another; None stands for no value."""
    given = before if after is None else after
    if isinstance(given, Mapping):
        was, now = cast("Mapping[str, Any]", before or {}), cast("Mapping[str, Any]", after or {})
        return list(_of_structure(attribute, was, now) if attribute in _STRUCTURES else _of_map(attribute, was, now))
    if isinstance(given, list | tuple):
        return list(_of_list(attribute, before or (), after or ()))
    return [replacing(attribute, after)]


def replacing(path: str, value: Any) -> Operation:
    """One value in place of another; without a value the attribute is cleared."""
    if value is None and path in _CLEARED_WITHOUT_VALUE:
        return {"op": "replace", "path": f"/{path}"}
    return {"op": "replace", "path": f"/{path}", "value": "" if value is None else _text(value)}


def pointer(*names: str) -> str:
    """A path of names, as a JSON pointer has them.

    https://www.rfc-editor.org/rfc/rfc6901#section-3
    """
    return "/".join(name.replace("~", "~0").replace("/", "~1") for name in names)


def method_pointer(path: str) -> str:
    """`files/{id}/GET` as a path: that of the resource is one name, the method another."""
    return pointer(*path.rsplit("/", 1))


def _of_map(attribute: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Operation]:
    for name in before:
        if name not in after:
            yield {"op": "remove", "path": f"/{pointer(attribute, name)}"}
    for name, value in after.items():
        # The variables of a stage cannot be added, only replaced, whether they are there or not.
        op = "replace" if name in before or attribute == "variables" else "add"
        if before.get(name) != value:
            yield {"op": op, "path": f"/{pointer(attribute, name)}", "value": _text(value)}


def _of_structure(attribute: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Operation]:
    now = {name: value for name, value in after.items() if value is not None}
    if any(name not in now for name in before):
        yield {"op": "remove", "path": f"/{attribute}"}
    for name, value in now.items():
        yield replacing(pointer(attribute, name), value)


def _of_list(attribute: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Operation]:
    # Some lists must never be empty, so what is new comes first.
    for op, items, others in (("add", after, before), ("remove", before, after)):
        for item in items:
            if item in others:
                continue
            if attribute in _ITEM_IN_PATH:
                yield {"op": op, "path": f"/{pointer(attribute, item)}"}
            else:
                yield {"op": op, "path": f"/{attribute}", "value": item}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
