"""What AWS takes for inputs, from `data/limits.toml`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from typing import Any, Final, cast

from stackwright.caching import cached
from stackwright.rules.view import Node

_FILE: Final = "data/limits.toml"


@dataclass(frozen=True)
class Limit:
    """One limit; the file explains the parts."""

    types: tuple[str, ...]
    path: str
    source: str
    minimum: float | None = None
    maximum: float | None = None
    multiple: int | None = None
    one_of: tuple[Any, ...] = ()
    pattern: str = ""
    says: str = ""
    most: int | None = None
    also: tuple[Any, ...] = ()
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    unless: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """In words."""
        if self.says:
            return self.says
        if self.one_of:
            return f"one of {', '.join(str(v) for v in self.one_of)}"
        if self.most is not None:
            return f"at most {self.most} items"
        if self.multiple is not None:
            return f"a multiple of {self.multiple}, or {', '.join(str(v) for v in self.also)}"
        also = "".join(f"{v}, or " for v in self.also)
        if self.minimum is None or self.maximum is None:
            return f"{also}at least {self.minimum}" if self.maximum is None else f"{also}at most {self.maximum}"
        return f"{also}{self.minimum} to {self.maximum}"

    def refused(self, node: Node) -> Iterator[tuple[str, Any]]:
        """Inputs of the resource that are outside, with their paths."""
        if any(node.given(name) for name in self.unless):
            return
        first, *rest = self.path.split(".")
        for path, value, holder in _reached(node.given(_bare(first)), [first, *rest], "", {}):
            if any(holder.get(name) not in values for name, values in self.when.items()):
                continue
            if not self._takes(value):
                yield path, value

    def _takes(self, value: Any) -> bool:
        # The provider takes an empty text for none.
        if value is None or value == "" or value in self.also:
            return True
        if self.most is not None:
            return not isinstance(value, list) or len(cast("list[Any]", value)) <= self.most
        if self.pattern:
            return not isinstance(value, str) or re.fullmatch(self.pattern, value, re.ASCII) is not None
        if self.one_of and isinstance(self.one_of[0], str):
            return not isinstance(value, str) or value in self.one_of
        number = _number(value)
        if number is None or number in self.also:
            return True
        if self.one_of:
            return number in self.one_of
        if self.multiple is not None:
            return number > 0 and number % self.multiple == 0
        return (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum)


@cached
def limits() -> Mapping[str, tuple[Limit, ...]]:
    """All limits, by type."""
    file = resources.files("stackwright.rules") / _FILE
    names = {f.name for f in fields(Limit)}
    found: dict[str, list[Limit]] = {}
    entries = cast("list[dict[str, Any]]", tomllib.loads(file.read_text(encoding="utf-8"))["limit"])
    for raw in entries:
        unknown = set(raw) - names
        if unknown:
            raise ValueError(f"{_FILE}: {raw['path']} has {', '.join(sorted(unknown))}")
        limit = Limit(**{key: _frozen(value) for key, value in raw.items()})
        for kind in limit.types:
            found.setdefault(kind, []).append(limit)
    return {kind: tuple(of_kind) for kind, of_kind in found.items()}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in cast("dict[str, Any]", value).items()}
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) else None


def _bare(step: str) -> str:
    return step.removesuffix("[]").removesuffix("{}")


def _reached(
    value: Any, path: Sequence[str], place: str, holder: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Every value that a path leads to, with its place and the structure that it stands in.

    Args:
        value: of the path's first step.
    """
    step, rest = path[0], path[1:]
    where = f"{place}.{_bare(step)}" if place else _bare(step)
    if step.endswith("{}"):
        yield from _next(_parsed(value), rest, where, holder)
    elif isinstance(value, list) and (step.endswith("[]") or rest):
        # Some structures are lists of one in one version of the SDK, and not in another.
        for number, item in enumerate(cast("list[Any]", value)):
            yield from _next(item, rest, f"{where}.{number}", holder)
    else:
        yield from _next(value, rest, where, holder)


def _next(
    value: Any, rest: Sequence[str], where: str, holder: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    if not rest:
        yield where, value, holder
    elif isinstance(value, Mapping):
        structure = cast("Mapping[str, Any]", value)
        if _bare(rest[0]) in structure:
            yield from _reached(structure.get(_bare(rest[0])), rest, where, structure)


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
