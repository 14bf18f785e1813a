"""Limits that AWS documents and no service model says. They stand in `data/limits/<service>.toml`:

    checked = "2026-11"                                 # when the sources were last read

    [[limit]]
    operations = ["CreateQueue", "SetQueueAttributes"]
    parameter = "Attributes.MessageRetentionPeriod"     # `[]` goes through a list, `{}` reads a text as JSON
    minimum = 60                                        # of a number, also of one that is written as text
    maximum = 1209600
    source = "https://docs.aws.amazon.com/..."

    [[dropped]]                                         # a constraint of the model that AWS does not enforce
    shape = "Name"
    constraints = ["pattern"]                           # of enum, pattern, min, max; type drops all
    source = "https://docs.aws.amazon.com/..."

More kinds of limits: `one_of` (values), `pattern` (Python's, of the whole text; `says` puts it into words), `longest`
(characters), `longest_without_space`, `largest` (bytes of a map's names and values), `reserved` (names that a map must
not have), `most` (items). `when` holds siblings of the parameter and the values that the limit is for; `unless`
parameters of the operation that lift it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from typing import Any, Final, cast

from stackwright.caching import cached

_CONSTRAINTS: Final = frozenset({"enum", "pattern", "min", "max", "type"})


@dataclass(frozen=True)
class Limit:
    """One limit; see above."""

    operations: tuple[str, ...]
    parameter: str
    source: str
    minimum: float | None = None
    maximum: float | None = None
    one_of: tuple[Any, ...] = ()
    pattern: str = ""
    says: str = ""
    longest: int | None = None
    longest_without_space: int | None = None
    largest: int | None = None
    reserved: tuple[str, ...] = ()
    most: int | None = None
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    unless: tuple[str, ...] = ()

    def faults(self, parameters: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the parameters of one of its operations."""
        if any(name in parameters for name in self.unless):
            return
        *path, last = self.parameter.split(".")
        for place, holder in _reached(parameters, path, ""):
            if not isinstance(holder, Mapping):
                continue
            siblings = cast("Mapping[str, Any]", holder)
            if any(siblings.get(name) not in values for name, values in self.when.items()):
                continue
            for where, value in _reached(siblings, [last], place):
                if value is not None and value != "":
                    yield from (f"{where} {problem} ({self.source})" for problem in self._problems(value))

    def _problems(self, value: Any) -> Iterator[str]:
        if self.minimum is not None or self.maximum is not None:
            yield from self._outside(value)
        if self.one_of and value not in self.one_of:
            yield f"is {value!r}, and must be {', '.join(map(str, self.one_of))}"
        if isinstance(value, str):
            if self.pattern and not re.fullmatch(self.pattern, value, re.ASCII):
                yield f"is {value!r}, and must be {self.says or f'like {self.pattern}'}"
            if self.longest is not None and len(value) > self.longest:
                yield f"has {len(value)} characters, and must have at most {self.longest}"
            dense = len("".join(value.split()))
            if self.longest_without_space is not None and dense > self.longest_without_space:
                yield f"has {dense} characters besides spaces, and must have at most {self.longest_without_space}"
        if isinstance(value, Mapping):
            yield from self._of_map(cast("Mapping[str, str]", value))
        if isinstance(value, Sequence) and self.most is not None and len(cast("Sequence[Any]", value)) > self.most:
            yield f"has {len(cast('Sequence[Any]', value))} items, and must have at most {self.most}"

    def _outside(self, value: Any) -> Iterator[str]:
        try:
            number = float(value)
        except (TypeError, ValueError):
            yield f"is {value!r}, and must be a number"
            return
        if self.minimum is not None and number < self.minimum:
            yield f"is {value}, and must be at least {self.minimum}"
        if self.maximum is not None and number > self.maximum:
            yield f"is {value}, and must be at most {self.maximum}"

    def _of_map(self, value: Mapping[str, str]) -> Iterator[str]:
        taken = sorted(set(value) & set(self.reserved))
        if taken:
            yield f"has {', '.join(taken)}, which AWS keeps for itself"
        size = sum(len(f"{name}{text}".encode()) for name, text in value.items())
        if self.largest is not None and size > self.largest:
            yield f"takes {size} bytes, and must take at most {self.largest}"


@dataclass(frozen=True)
class ServiceLimits:
    """What stands in one file.

    Attributes:
        of: limits by operation.
        dropped: constraints that are not enforced, by shape.
    """

    of: Mapping[str, tuple[Limit, ...]]
    dropped: Mapping[str, tuple[str, ...]]


@cached
def limits_of(service: str) -> ServiceLimits:
    """The limits of a service, by boto3's name for it.

    Raises:
        ValueError: the file is malformed.
    """
    file = resources.files("stackwright.provider") / "data" / "limits" / f"{service}.toml"
    document = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    by_operation: dict[str, tuple[Limit, ...]] = {}
    for raw in document.get("limit", []):
        limit = _limit(raw, file.name)
        for operation in limit.operations:
            by_operation[operation] = (*by_operation.get(operation, ()), limit)
    dropped: dict[str, tuple[str, ...]] = {}
    for raw in document.get("dropped", []):
        if set(raw) != {"shape", "constraints", "source"} or not _CONSTRAINTS.issuperset(raw["constraints"]):
            raise ValueError(f"{file.name}: malformed entry {raw}")
        dropped[raw["shape"]] = tuple(raw["constraints"])
    return ServiceLimits(by_operation, dropped)


def _limit(raw: Mapping[str, Any], file: str) -> Limit:
    names = {f.name for f in fields(Limit)}
    if not names.issuperset(raw) or not raw.keys() >= {"operations", "parameter", "source"} or len(raw) < 4:
        raise ValueError(f"{file}: malformed entry {raw}")
    given: dict[str, Any] = {k: tuple(cast("list[Any]", v)) if isinstance(v, list) else v for k, v in raw.items()}
    when = cast("Mapping[str, list[Any]]", raw.get("when", {}))
    given["when"] = {k: tuple(v) for k, v in when.items()}
    return Limit(**given)


def _reached(value: Any, path: Sequence[str], place: str) -> Iterator[tuple[str, Any]]:
    """Every value that a path leads to, with its place."""
    if not path:
        yield place, value
        return
    step, rest = path[0], path[1:]
    name, through_list, as_json = step.removesuffix("[]").removesuffix("{}"), step.endswith("[]"), step.endswith("{}")
    if not isinstance(value, Mapping) or name not in value:
        return
    part = cast("Mapping[str, Any]", value)[name]
    where = f"{place}.{name}" if place else name
    if through_list and isinstance(part, list | tuple):
        for number, item in enumerate(cast("Sequence[Any]", part)):
            yield from _reached(item, rest, f"{where}[{number}]")
    elif as_json and isinstance(part, str):
        try:
            parsed = json.loads(part)
        except ValueError:
            return
        yield from _reached(parsed, rest, where)
    elif not through_list:
        yield from _reached(part, rest, where)
