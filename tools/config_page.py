"""The table of config keys in each system's README, from the system's config.py."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
import types
import typing
from pathlib import Path

from stackwright.components.config import EnvironmentConfig, Setting

BEGIN = "<!-- Written from config.py by `make reference` in Stackwright's repository. -->"
END = "<!-- End of the table. -->"


def page(readme: Path) -> str:
    """The README with its table as config.py says."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{readme} has no {BEGIN}"
    assert end, f"{readme} has no {END}"
    return "\n".join([before + BEGIN, *table(_config_of(readme.parent)), END + after])


def table(config: type[EnvironmentConfig]) -> list[str]:
    """A row for every key; those of all systems last."""
    kinds = typing.get_type_hints(config)
    common = {f.name for f in dataclasses.fields(EnvironmentConfig)}
    fields = sorted(dataclasses.fields(config), key=lambda field: field.name in common)
    rows = [_row(f.name, kinds[f.name], f.metadata["stackwright"]) for f in fields]
    return ["| key | default | values | meaning |", "|---|---|---|---|", *rows]


def _config_of(system: Path) -> type[EnvironmentConfig]:
    spec = importlib.util.spec_from_file_location(f"{system.name}_config", system / "config.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    (config,) = [
        c
        for c in vars(module).values()
        if isinstance(c, type) and issubclass(c, EnvironmentConfig) and c.__module__ == module.__name__
    ]
    return config


def _row(name: str, kind: object, setting: Setting) -> str:
    cells = (f"`{name}`", _default(setting), _values(kind, setting), setting.description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(setting: Setting) -> str:
    match setting.default:
        case None | () | "":
            return "none"
        case bool() as value:
            return f"`{str(value).lower()}`"
        case str() | int() | float() as value:
            return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
        case _:
            return "see meaning"


def _values(kind: object, setting: Setting) -> str:
    if setting.convert is not None:
        return setting.pattern_means
    if setting.choices:
        return ", ".join(map(str, setting.choices))
    if setting.minimum is not None:
        return f"{setting.minimum} to {setting.maximum}"
    return setting.pattern_means or _kind(kind)


def _kind(kind: object) -> str:
    if typing.get_origin(kind) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(kind))
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return " or ".join(_kind(one) for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is tuple:
        return "list, separated by commas"
    return {bool: "`true`, `false`", str: "text", int: "whole number", float: "number"}[typing.cast("type", kind)]
