"""What AWS's own models say of the values of inputs, from `data/models`, which `tools/model_limits.py` writes.

A file is one of the SDK's modules, and is read when a program uses it. In it `types` has, by type and input, how an
input lies in the API (`of` the operation, `api` the parameter), and which of `takes` it has to fit; likewise, inside,
`members` of a structure, `items` of a list, `keys` and `values` of a mapping.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any, Final, cast

from stackwright.caching import cached
from stackwright.graph import UNKNOWN, Secret

_MOST_NAMED: Final = 12
_LONGEST_SHOWN: Final = 60
Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Takes:
    """What AWS takes for a value.

    Attributes:
        kind: of values that it is about, `text`, `number` or `list`; others are left alone.
        enum: the only values.
        form: a pattern of values that AWS may have added since.
        any_case: whether the provider puts capitals right.
        also: what the provider takes beyond.
        pattern: as the model says it, of the whole text.
        regex: the same in Python's words.
        ascii: whether nothing can be said of other characters.
        minimum, maximum: of a number, of a text's characters or of a list's items.
    """

    kind: str
    enum: tuple[str, ...] = ()
    form: str = ""
    any_case: bool = False
    also: tuple[Any, ...] = ()
    pattern: str = ""
    regex: str = ""
    ascii: bool = False
    minimum: float | None = None
    maximum: float | None = None

    def refuses(self, value: Any, *, required: bool = False) -> str:
        """What is wrong with a value, as `is 'x'`; empty when nothing is.

        Args:
            required: whether the provider sends a zero, which it takes for nothing otherwise.
        """
        if isinstance(value, (str, int, float)) and value in self.also:
            return ""
        match value:
            case bool() | None | "":
                return ""
            case str() if self.kind == "text":
                return self._refuses_text(value)
            case int() | float() if self.kind == "number":
                return f"is {value}" if not self._is_within(value) and (value or required) else ""
            case list() | dict() if self.kind == "list":
                count = len(cast("list[Any]", value))
                return f"has {count} item{'s' * (count != 1)}" if count and not self._is_within(count) else ""
            case _:
                return ""

    def _refuses_text(self, value: str) -> str:
        if self.enum:
            return "" if self._is_one_of(value) else f"is {_shown(value)}"
        if not self._is_within(len(value)):
            return f"has {len(value)} character{'s' * (len(value) != 1)}"
        if (
            self.pattern
            and not (self.ascii and not value.isascii())
            and not _matches(self.regex or self.pattern, value)
        ):
            return f"is {_shown(value)}"
        return ""

    def _is_one_of(self, value: str) -> bool:
        if value in self.enum or (self.form and _matches(self.form, value)):
            return True
        return self.any_case and value.lower() in {known.lower() for known in self.enum}

    def _is_within(self, number: float) -> bool:
        return (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum)

    def allowed(self, value: Any) -> str:
        """In words, the nearest first."""
        if self.enum:
            near = difflib.get_close_matches(str(value), self.enum, _MOST_NAMED, 0.3)
            named = list(dict.fromkeys([*near, *self.enum]))[:_MOST_NAMED]
            rest = len(self.enum) - len(named)
            return f"one of {', '.join(named)}" + (f" and {rest} more" if rest > 0 else "")
        if self.kind != "number" and isinstance(value, str) and self._is_within(len(value)):
            return f"only texts like {self.pattern}"
        unit = {"text": " characters", "list": " items", "number": ""}[self.kind]
        if self.minimum is None or self.maximum is None:
            return f"at most {self.maximum:g}{unit}" if self.minimum is None else f"at least {self.minimum:g}{unit}"
        if self.minimum == self.maximum:
            return f"{self.minimum:g}{unit}"
        return f"{self.minimum:g} to {self.maximum:g}{unit}"

    def nearest(self, value: Any) -> str:
        """The value that was meant, as it looks."""
        if not self.enum:
            if self.kind == "number":
                bound = self.minimum if self.minimum is not None and value < self.minimum else self.maximum
                return f"{bound:g}" if bound is not None else ""
            return ""
        by_case = {known.lower(): known for known in reversed(self.enum)}
        near = by_case.get(str(value).lower()) or next(
            iter(difflib.get_close_matches(str(value), self.enum, 1, 0.6)), ""
        )
        return repr(near) if near else ""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that a model does not allow.

    Attributes:
        path: of the input, with the numbers of items, as `rules.0.status`.
        says: what is wrong, such as `is 'x'`.
        is_key: whether it is the last part of the path, a mapping's key, that is wrong.
        operation, parameter: where the API takes it.
    """

    path: str
    value: Any
    says: str
    takes: Takes
    operation: str
    parameter: str
    is_key: bool = False


@dataclass(frozen=True)
class Module:
    """What is known of the types of one of the SDK's modules.

    Attributes:
        version, date: of botocore, whose models they are.
    """

    version: str
    date: str
    takes: tuple[Takes, ...]
    types: Mapping[str, Tree]

    def misfits(self, kind: str, inputs: Mapping[str, Any]) -> Iterator[Misfit]:
        """What a type's inputs are that they may not be."""
        for key, node in self.types.get(kind, {}).items():
            if key in inputs:
                yield from self._of(node, inputs[key], key, (str(node["of"]), str(node["api"])))

    def _of(self, node: Tree, value: Any, path: str, api: tuple[str, str]) -> Iterator[Misfit]:
        while isinstance(value, Secret):
            value = value.value
        if value is UNKNOWN or value is None:
            return
        is_list = isinstance(value, (list, tuple))
        if "takes" in node:
            takes = self.takes[int(node["takes"])]
            says = takes.refuses([*value] if is_list else value, required=bool(node.get("required")))
            if says:
                yield Misfit(path, value, says, takes, *api)
        if is_list:
            # Single structures are lists of one in some versions of the SDK.
            inner = cast("Tree", node.get("items", {} if "takes" in node else node))
            for number, item in enumerate(cast("list[Any]", value)):
                yield from self._of(inner, item, f"{path}.{number}", api)
        elif isinstance(value, Mapping):
            yield from self._of_mapping(node.get("items", node), cast("Mapping[str, Any]", value), path, api)

    def _of_mapping(self, node: Tree, value: Mapping[str, Any], path: str, api: tuple[str, str]) -> Iterator[Misfit]:
        operation, parameter = api
        for key, part in cast("Mapping[str, Tree]", node.get("members", {})).items():
            if key in value:
                yield from self._of(part, value[key], f"{path}.{key}", (operation, f"{parameter}.{part['api']}"))
        for key, part in value.items():
            if "keys" in node:
                for misfit in self._of(node["keys"], key, f"{path}.{key}", (operation, f"a key of {parameter}")):
                    yield replace(misfit, is_key=True)
            if "values" in node:
                yield from self._of(node["values"], part, f"{path}.{key}", api)


_NOTHING: Final = Module("", "", (), {})


@cached
def module(name: str) -> Module:
    """What is known of a module of the SDK, such as `lambda`; nothing where no model says anything."""
    file = resources.files("stackwright.rules") / "data" / "models" / f"{name}.json"
    if not name.isalnum() or not file.is_file():
        return _NOTHING
    document = json.loads(file.read_text(encoding="utf-8"))
    takes = tuple(_takes(raw) for raw in document["takes"])
    return Module(document["botocore"], document["date"], takes, document["types"])


def _takes(raw: dict[str, Any]) -> Takes:
    lists = {key: tuple(raw.pop(key, ())) for key in ("enum", "also")}
    minimum, maximum = raw.pop("min", None), raw.pop("max", None)
    return Takes(minimum=minimum, maximum=maximum, **lists, **raw)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.DOTALL)


def _matches(pattern: str, value: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


def _shown(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…")
