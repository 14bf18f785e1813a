"""What a shape of one of AWS's models says of a value, in the words of `stackwright.rules.limits.models`."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from functools import cache
from typing import Any

from stackwright.provider.parameters.patterns import translated

_MOST_WHOLE = 2**31 - 1
_NUMBERS = ("integer", "long", "float", "double")
_ANYTHING = ("a b", "\n\t", "\u00e4", "{}[]\"'<>\\|^`", "-_.:/@", "\u2014")
_LONG = tuple(
    f"{begin}{part * (200 // len(part))}{end}"
    for begin in ("", "arn:aws:")
    for part in ("a", "a-", "a.", "1", "a/", "a:", "aA1_")
    for end in ("", "!", "\n")
)
_SECONDS = 2.0
Constraint = dict[str, Any]


class Form:
    """The constraints of one file, each once."""

    def __init__(self) -> None:
        self.all: list[Constraint] = []
        self._places: dict[str, int] = {}

    def of(self, constraint: Constraint) -> dict[str, Any]:
        """How a node says a constraint."""
        required = constraint.pop("required", False)
        key = json.dumps(constraint, sort_keys=True)
        if key not in self._places:
            self._places[key] = len(self.all)
            self.all.append(constraint)
        return {"takes": self._places[key], **({"required": True} if required else {})}


def constraint(shape: Any, kind: str, dropped: tuple[str, ...], form: str, *, required: bool) -> Constraint | None:
    """What a shape takes; None when it takes everything, or is of another kind than the input.

    Args:
        kind: of the input, as the SDK has it.
        dropped: what the model says and AWS does not.
        form: a pattern for values that may have been added since.
    """
    said = {k: v for k, v in shape.metadata.items() if k in ("enum", "pattern", "min", "max") and k not in dropped}
    if form:
        said["form"] = form
    match kind, shape.type_name:
        case "str", "string":
            found = _text(said)
        case "int" | "float", "integer" | "long" | "float" | "double":
            found = _number(said)
            if found and required:
                found["required"] = True
        case "list", "list" | "map":
            found = {k: said[k] for k in ("min", "max") if said.get(k) and said[k] < _MOST_WHOLE}
            found = {"kind": "list", **found} if found.get("max") or found.get("min", 0) > 1 else {}
        case _:
            return None
    return found or None


def _text(said: Mapping[str, Any]) -> Constraint:
    found: Constraint = {}
    if said.get("enum"):
        found["enum"] = list(said["enum"])
        if "form" in said:
            found["form"] = said["form"]
        return {"kind": "text", **found}
    pattern = _pattern(str(said.get("pattern", "")))
    if pattern:
        found["pattern"] = said["pattern"]
        if pattern != said["pattern"]:
            found["regex"] = pattern
        if "\\p{" in said["pattern"]:
            found["ascii"] = True
    if said.get("min", 0) > 1:
        found["min"] = said["min"]
    if said.get("max") and said["max"] < _MOST_WHOLE:
        found["max"] = said["max"]
    return {"kind": "text", **found} if found else {}


def _number(said: Mapping[str, Any]) -> Constraint:
    found = {k: said[k] for k in ("min", "max") if k in said and abs(said[k]) < _MOST_WHOLE}
    return {"kind": "number", **found} if found else {}


@cache
def _pattern(pattern: str) -> str:
    """The pattern in Python's words; empty for one that Python cannot have, or that says nothing."""
    try:
        text = translated(pattern)
        compiled = re.compile(text, re.ASCII | re.DOTALL)
    except (re.error, KeyError):
        return ""
    says_nothing = all(compiled.fullmatch(probe) for probe in _ANYTHING)
    return "" if says_nothing or not _is_fast(compiled) else text


def _is_fast(compiled: re.Pattern[str]) -> bool:
    """Whether it decides about long texts; some try all ways to split a text first."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        for probe in _LONG:
            compiled.fullmatch(probe)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return True
