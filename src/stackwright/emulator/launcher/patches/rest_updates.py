"""What belongs to a REST API changes by API Gateway's patch operations.

AWS: every value is a text, also a number or a truth; items of lists are added and removed one by one, by the path or by
the value; `~1` and `~0` in a path stand for a slash and a tilde; a replacement without a value clears; `copy` takes the
value from another path.
https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
https://docs.aws.amazon.com/apigateway/latest/api/API_PatchOperation.html
MiniStack: a value is kept as it comes, so the text ``false`` switches nothing off, and a list becomes a text; `~1` is
not decoded, except in the settings of methods.
Here: operations as AWS has them. Paths and values that AWS would refuse are not refused.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

_BOOLEANS: Final = frozenset(
    {
        "apiKeyRequired",
        "cacheClusterEnabled",
        "disableExecuteApiEndpoint",
        "enabled",
        "insecureSkipVerification",
        "tracingEnabled",
        "useStageCache",
    }
)
_INTEGERS: Final = frozenset(
    {"authorizerResultTtlInSeconds", "burstLimit", "limit", "minimumCompressionSize", "offset", "timeoutInMillis"}
)
_FLOATS: Final = frozenset({"percentTraffic", "rateLimit"})
_STRUCTURES: Final = frozenset({"canarySettings", "quota", "throttle", "throttleSettings", "tlsConfig"})
_LISTS: Final = frozenset(
    {
        ("authorizationScopes",),
        ("binaryMediaTypes",),
        ("cacheKeyParameters",),
        ("endpointConfiguration", "types"),
        ("endpointConfiguration", "vpcEndpointIds"),
        ("features",),
        ("providerARNs",),
    }
)


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared

    def patch(gateway: Any) -> None:
        patcher.replace(gateway, "_apply_patch", _patched, parameters="obj patch_ops")

    patcher.on_import("ministack.services.apigateway_v1", patch)


def _patched(obj: dict[str, Any], patch_ops: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    for operation in patch_ops:
        _change(obj, operation)
    return obj


def _change(obj: dict[str, Any], operation: Mapping[str, Any]) -> None:
    op, path, value = operation.get("op", "replace"), _names(operation.get("path", "")), operation.get("value")
    if op == "copy":
        op, value = "replace", copy.deepcopy(_found(obj, _names(operation.get("from", ""))))
    if path[0] == "apiStages":
        _change_stages(obj.setdefault("apiStages", []), op, path[1:], value)
        return
    for length in (1, 2):
        if tuple(path[:length]) in _LISTS and isinstance(value, str | None):
            holder = _reached(obj, path[: length - 1])
            holder[path[length - 1]] = _changed_list(holder.get(path[length - 1]) or [], op, path[length:], value)
            return
    *parents, last = path
    # The names in a map are the user's.
    is_attribute = not parents or (parents[0] in _STRUCTURES and len(parents) == 1)
    # A method says of its parameters whether they are required; an integration maps them.
    is_flag = parents == ["requestParameters"] and "authorizationType" in obj
    holder = _reached(obj, parents)
    if op == "remove" or value is None:
        holder.pop(last, None)
    else:
        holder[last] = _read(last, value) if is_attribute else value == "true" if is_flag else value


def _read(attribute: str, value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    if attribute in _BOOLEANS:
        return value == "true"
    return int(value) if attribute in _INTEGERS else float(value) if attribute in _FLOATS else value


def _changed_list(items: Sequence[str], op: str, path: Sequence[str], value: str | None) -> list[str]:
    named = path[0] if path else value
    if op == "add":
        return [*items, *(item for item in (named,) if item is not None and item not in items)]
    if op == "remove":
        return [item for item in items if item != named]
    if not path:
        return [] if not value else [value]
    # In the path is the item that is replaced, or its number.
    old = items[int(path[0])] if path[0].isdigit() and int(path[0]) < len(items) else path[0]
    return [str(value) if item == old else item for item in items]


def _change_stages(stages: list[dict[str, Any]], op: str, path: Sequence[str], value: Any) -> None:
    """The stages of a usage plan, each named `<api>:<stage>`, and the limits of their methods."""
    api, _, name = str(path[0] if path else value).partition(":")
    stage = next((s for s in stages if (s.get("apiId"), s.get("stage")) == (api, name)), None)
    if not path:
        if op == "remove" and stage is not None:
            stages.remove(stage)
        elif op == "add" and stage is None:
            stages.append({"apiId": api, "stage": name})
    elif stage is not None and path[1:] == ["throttle"]:
        stage.pop("throttle", None)
    elif stage is not None and path[-1] in ("burstLimit", "rateLimit"):
        limits = stage.setdefault("throttle", {}).setdefault("/".join(path[2:-1]), {})
        limits.pop(path[-1], None)
        if op != "remove":
            limits[path[-1]] = _read(path[-1], value)
    elif stage is not None:
        stage.get("throttle", {}).pop("/".join(path[2:]), None)


def _names(path: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in path.removeprefix("/").split("/")]


def _reached(obj: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for name in path:
        if not isinstance(obj.get(name), dict):
            obj[name] = {}
        obj = obj[name]
    return obj


def _found(obj: Any, path: Sequence[str]) -> Any:
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj
