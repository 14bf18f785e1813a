"""Checks parameters against a service's model: names, types, enums, patterns, lengths and ranges.

A shape's check is made once, when a value for it is first seen.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

import botocore
from botocore.utils import parse_to_aware_datetime

from stackwright.provider.parameters.patterns import matcher

# A member's path: its parent's path and its own name. It is put into words only when there is a fault.
Path: TypeAlias = "tuple[Path | None, str]"
Check: TypeAlias = Callable[[Any, "Path | None", list[str]], None]

_KINDS: Final[Mapping[str, tuple[str, tuple[type, ...]]]] = {
    "string": ("a text", (str,)),
    "character": ("a text", (str,)),
    "integer": ("a whole number", (int,)),
    "long": ("a whole number", (int,)),
    "float": ("a number", (int, float, Decimal)),
    "double": ("a number", (int, float, Decimal)),
    "boolean": ("True or False", (bool,)),
    "structure": ("a structure", (Mapping,)),
    "map": ("a map", (Mapping,)),
    "list": ("a list", (list, tuple)),
}
_LONGEST_SHOWN: Final = 80
_MOST_NAMED: Final = 12


class Model:
    """The checks of one service.

    Args:
        dropped: constraints of the model that do not hold: shape -> `enum`, `pattern`, `min`, `max`, `type` (all).
    """

    def __init__(self, dropped: Mapping[str, Sequence[str]] | None = None) -> None:
        self._dropped = dropped or {}
        self._checks: dict[str, Check] = {}

    def faults(self, shape: Any, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters of an operation whose input has this shape."""
        found: list[str] = []
        self._of(shape)(parameters, None, found)
        return found

    def _of(self, shape: Any) -> Check:
        check = self._checks.get(shape.name)
        if check is None:
            check = self._checks[shape.name] = self._made(shape)
        return check

    def _made(self, shape: Any) -> Check:
        dropped = self._dropped.get(shape.name, ())
        limits = {k: v for k, v in shape.metadata.items() if k not in dropped}
        secret = bool(limits.get("sensitive"))
        if limits.get("document") or "type" in dropped:
            return _anything
        match shape.type_name:
            case "structure":
                return _typed("structure", self._structure(shape, limits), secret)
            case "list":
                return _typed("list", self._list(shape, limits), secret)
            case "map":
                return _typed("map", self._map(shape, limits), secret)
            case "string" if shape.serialization.get("jsonvalue"):
                return _anything
            case "string" | "character" as kind:
                return _typed(kind, _text(limits, secret), secret)
            case "integer" | "long" | "float" | "double" as kind:
                return _typed(kind, _number(limits), secret)
            case "boolean" as kind:
                return _typed(kind, _anything, secret)
            case "blob":
                return _blob(limits)
            case "timestamp":
                return _timestamp
            case _:
                return _anything

    def _structure(self, shape: Any, limits: Mapping[str, Any]) -> Check:
        required = tuple(limits.get("required", ()))
        is_union = bool(limits.get("union"))
        known: dict[str, Check] = {}

        def check(value: Mapping[str, Any], path: Path | None, faults: list[str]) -> None:
            for name in required:
                if name not in value:
                    faults.append(f"{_path_text((path, name))} is missing")
            if is_union and len(value) != 1:
                one = ", ".join(shape.members)
                faults.append(f"{_path_text(path)} has {', '.join(value) or 'nothing'}, and must have one of {one}")
            for name, part in value.items():
                member = known.get(name)
                if member is None:
                    if name not in shape.members:
                        faults.append(f"{_path_text((path, name))} is not known; there are {', '.join(shape.members)}")
                        continue
                    member = known[name] = self._of(shape.members[name])
                member(part, (path, name), faults)

        return check

    def _list(self, shape: Any, limits: Mapping[str, Any]) -> Check:
        lengths = _lengths(limits, "items")
        item = self._of_lazily(lambda: shape.member)

        def check(value: Sequence[Any], path: Path | None, faults: list[str]) -> None:
            lengths(value, path, faults)
            for number, part in enumerate(value):
                item(part, (path, f"[{number}]"), faults)

        return check

    def _map(self, shape: Any, limits: Mapping[str, Any]) -> Check:
        lengths = _lengths(limits, "entries")
        key, item = self._of_lazily(lambda: shape.key), self._of_lazily(lambda: shape.value)

        def check(value: Mapping[str, Any], path: Path | None, faults: list[str]) -> None:
            lengths(value, path, faults)
            for name, part in value.items():
                key(name, (path, "(key)"), faults)
                item(part, (path, name), faults)

        return check

    def _of_lazily(self, shape: Callable[[], Any]) -> Check:
        """Shapes may contain themselves."""
        found: list[Check] = []

        def check(value: Any, path: Path | None, faults: list[str]) -> None:
            if not found:
                found.append(self._of(shape()))
            found[0](value, path, faults)

        return check


def _typed(kind: str, check: Check, secret: bool) -> Check:
    words, types = _KINDS[kind]
    numeric = kind not in ("boolean", "string", "character")

    def typed(value: Any, path: Path | None, faults: list[str]) -> None:
        if isinstance(value, types) and not (numeric and isinstance(value, bool)):
            check(value, path, faults)
        else:
            faults.append(f"{_path_text(path)} is {_shown(value, secret)}, and must be {words}")

    return typed


def _text(limits: Mapping[str, Any], secret: bool) -> Check:
    lengths = _lengths(limits, "characters", secret)
    allowed = frozenset(cast("list[str]", limits.get("enum") or ()))
    pattern = limits.get("pattern")
    matches = matcher(pattern) if pattern else None

    def check(value: str, path: Path | None, faults: list[str]) -> None:
        lengths(value, path, faults)
        if allowed and value not in allowed:
            faults.append(f"{_path_text(path)} is {_shown(value, secret)}, and must be {_one_of(value, allowed)}")
        elif matches is not None and not matches(value):
            faults.append(f"{_path_text(path)} is {_shown(value, secret)}, and must match {pattern}")

    return check


def _number(limits: Mapping[str, Any]) -> Check:
    least, most = limits.get("min"), limits.get("max")

    def check(value: float, path: Path | None, faults: list[str]) -> None:
        if least is not None and value < least:
            faults.append(f"{_path_text(path)} is {value}, and must be at least {least}")
        if most is not None and value > most:
            faults.append(f"{_path_text(path)} is {value}, and must be at most {most}")

    return check


def _lengths(limits: Mapping[str, Any], unit: str, secret: bool = False) -> Check:
    least, most = limits.get("min") or 0, limits.get("max")

    def check(value: Any, path: Path | None, faults: list[str]) -> None:
        length = len(value)
        if length < least or (most is not None and length > most):
            bounds = f"at least {least}" if length < least else f"at most {most}"
            shown = f" ({_shown(value, secret)})" if isinstance(value, str) else ""
            faults.append(f"{_path_text(path)} has {length} {unit}{shown}, and must have {bounds}")

    return check


def _blob(limits: Mapping[str, Any]) -> Check:
    lengths = _lengths(limits, "bytes", secret=True)

    def check(value: Any, path: Path | None, faults: list[str]) -> None:
        if isinstance(value, bytes | bytearray | str):
            lengths(value.encode() if isinstance(value, str) else value, path, faults)
        elif not hasattr(value, "read"):
            faults.append(f"{_path_text(path)} is a {type(value).__name__}, and must be bytes")

    return check


def _timestamp(value: Any, path: Path | None, faults: list[str]) -> None:
    if isinstance(value, datetime):
        return
    try:
        parse_to_aware_datetime(value)
    except (TypeError, ValueError, AttributeError, OverflowError):
        faults.append(f"{_path_text(path)} is {_shown(value)}, and must be a time")


def _anything(value: Any, path: Path | None, faults: list[str]) -> None:
    """No constraint."""


def _one_of(value: str, allowed: frozenset[str]) -> str:
    near = difflib.get_close_matches(value, sorted(allowed), n=1)
    names = ", ".join(sorted(allowed)) if len(allowed) <= _MOST_NAMED else f"one of {len(allowed)} values"
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{names} (as botocore {botocore.__version__} knows them){hint}"


def _path_text(path: Path | None) -> str:
    parts: list[str] = []
    while path is not None:
        path, name = path
        parts.append(name if name.startswith("[") else f".{name}")
    return "".join(reversed(parts)).lstrip(".") or "the input"


def _shown(value: Any, secret: bool = False) -> str:
    if secret:
        return "[secret]"
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
