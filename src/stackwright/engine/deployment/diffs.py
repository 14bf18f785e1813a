"""Comparing the inputs of two runs."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from stackwright.engine.deployment import policies
from stackwright.graph import Archive, Asset, Properties, Value


def changed(new: Properties, old: Properties) -> frozenset[str]:
    """Top-level inputs that differ; an absent one and a null are the same."""
    return frozenset(k for k in {*new, *old} if not same(new.get(k), old.get(k)))


def same(new: Value, old: Value) -> bool:
    """Whether two values mean the same; assets and archives by content, wherever it lies, policies by meaning."""
    if isinstance(new, (Asset, Archive)) and isinstance(old, (Asset, Archive)):
        return type(new) is type(old) and new.sha256 == old.sha256
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        left, right = cast("Mapping[str, Any]", new), cast("Mapping[str, Any]", old)
        return all(same(left.get(k), right.get(k)) for k in {*left, *right})
    if isinstance(new, (list, tuple)) and isinstance(old, (list, tuple)):
        ours, theirs = cast("list[Any]", new), cast("list[Any]", old)
        return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    return bool(new == old) or (isinstance(new, str) and isinstance(old, str) and policies.equivalent(new, old))


def with_ignored(new: Properties, old: Properties, paths: Iterable[str]) -> Properties:
    """The new inputs, with the old values at the paths that `ignore_changes` names."""
    result = copy.deepcopy(dict(new))
    for path in paths:
        _carry_over(result, old, parse_path(path))
    return result


def touched(changes: frozenset[str], paths: Iterable[str]) -> frozenset[str]:
    """The changed inputs that `replace_on_changes` names; `*` names all."""
    heads = {str(parse_path(p)[0]) for p in paths if p}
    return changes if "*" in heads else changes & heads


def parse_path(path: str) -> list[str | int]:
    """`a.b[0]["c"]` as ["a", "b", 0, "c"]; https://www.pulumi.com/docs/iac/concepts/resources/options/ignorechanges/"""
    parts: list[str | int] = []
    for quoted, number, plain in re.findall(r'\["([^"]*)"\]|\[(\d+|\*)\]|([^.\[\]]+)', path):
        if quoted:
            parts.append(quoted)
        elif number:
            parts.append(int(number) if number != "*" else "*")
        else:
            parts.append(plain)
    return parts


def _carry_over(new: Any, old: Any, path: list[str | int]) -> None:
    head, rest = path[0], path[1:]
    if head == "*":
        keys: list[Any] = list(range(len(new))) if isinstance(new, list) else list(new)  # pyright: ignore[reportUnknownArgumentType]
        for key in keys:
            _carry_over(new, old, [key, *rest])
        return
    try:
        previous = old[head]
        exists = previous is not None
    except (KeyError, IndexError, TypeError):
        previous, exists = None, False
    if not rest:
        if exists:
            new[head] = previous
        elif isinstance(new, dict):
            cast("dict[Any, Any]", new).pop(head, None)
        return
    try:
        inner = new[head]
    except (KeyError, IndexError, TypeError):
        return
    if isinstance(inner, (dict, list)):
        _carry_over(inner, previous, rest)
