"""What is known of the metrics of AWS services, from `data/metrics.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from stackwright.caching import cached

_FILE: Final = "data/metrics.toml"
Combination = frozenset[str]


@dataclass(frozen=True, slots=True)
class Service:
    """The metrics of one namespace.

    Attributes:
        source: the page that says so.
        combinations: metric -> sets of dimensions with which it is published.
        names: all metrics, those too of which no combinations are known; empty when they are not listed.
        keys: all dimensions; empty when they are not listed.
        values: dimension -> type and property that it is the value of.
        failures: metrics that count failures -> the metric of which they are a part.
        zero_or_one: metrics whose average is a share.
        always_one: metrics of whose statistics Sum alone says anything.
    """

    source: str
    combinations: Mapping[str, tuple[Combination, ...]] = field(default_factory=dict[str, tuple[Combination, ...]])
    names: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    failures: Mapping[str, str] = field(default_factory=dict[str, str])
    zero_or_one: frozenset[str] = frozenset()
    always_one: frozenset[str] = frozenset()


@cached
def services() -> Mapping[str, Service]:
    """By namespace."""
    text = (resources.files("stackwright.rules") / _FILE).read_text(encoding="utf-8")
    return {namespace: _service(table) for namespace, table in tomllib.loads(text).items()}


def _service(table: Mapping[str, Any]) -> Service:
    common = _sets(table.get("common", []))
    combinations = dict.fromkeys(table.get("metrics", []), common)
    combinations |= {name: _sets(sets) for name, sets in table.get("special", {}).items()}
    keys = frozenset[str](table.get("keys", []))
    return Service(
        source=table["source"],
        combinations=combinations,
        names=frozenset([*combinations, *table.get("others", [])]) if combinations else frozenset(),
        keys=keys,
        values={key: (kind, path) for key, (kind, path) in table.get("values", {}).items()},
        failures=table.get("failures", {}),
        zero_or_one=frozenset(table.get("zero_or_one", [])),
        always_one=frozenset(table.get("always_one", [])),
    )


def _sets(lists: list[list[str]]) -> tuple[Combination, ...]:
    return tuple(frozenset(one) for one in lists)
