"""All rules, found by module: every `Rule` in a module of a topic's package is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import stackwright.rules
from stackwright.caching import cached
from stackwright.rules.rule import Rule


@cached
def rules() -> Mapping[str, Rule]:
    """Rules by code, in order of their codes.

    Raises:
        ValueError: two rules have one code or one name.
    """
    found: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for module in _modules():
        for value in vars(importlib.import_module(module)).values():
            if not isinstance(value, Rule) or value.function.__module__ != module:
                continue
            if found.get(value.code, value) is not value:
                raise ValueError(f"{value.code} is the code of {found[value.code].name} and of {value.name}")
            if names.get(value.name, value.code) != value.code:
                raise ValueError(f"{value.name} is the name of {names[value.name]} and of {value.code}")
            found[value.code] = value
            names[value.name] = value.code
    return MappingProxyType(dict(sorted(found.items())))


def _modules() -> Iterator[str]:
    for topic in pkgutil.iter_modules(stackwright.rules.__path__, "stackwright.rules."):
        if topic.ispkg:
            package = importlib.import_module(topic.name)
            yield from (module.name for module in pkgutil.iter_modules(package.__path__, f"{topic.name}."))
