"""A project's own settings for its check: `[tool.stackwright]` of pyproject.toml, or `stackwright:` of Pulumi.yaml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from stackwright.engine.project.documents import read_yaml
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import UsageError
from stackwright.rules import registry, settings
from stackwright.rules.settings import Settings


def settings_of(project: Project) -> Settings:
    """The settings nearest to the project: its Pulumi.yaml, then pyproject.toml in its directory or above.

    Raises:
        UsageError: they mean nothing.
    """
    for name in ("Pulumi.yaml", "Pulumi.yml"):
        path = project.directory / name
        if path.is_file() and not project.location.is_file():
            table = _without_environments(read_yaml(path).get("stackwright"))
            if table is not None:
                return _read(table, path, "stackwright")
    return settings_above(project.directory)


def settings_above(directory: Path) -> Settings:
    """The settings in pyproject.toml of a directory or of one above.

    Raises:
        UsageError: they mean nothing.
    """
    for place in (directory, *directory.parents):
        table = _table(place / "pyproject.toml")
        if table is not None:
            return _read(table, place / "pyproject.toml", "tool.stackwright")
    return Settings()


def _without_environments(table: Any) -> Any:
    """The table without what environments may differ in, which is no setting of a check; None if nothing is left."""
    if not isinstance(table, Mapping) or "environments" not in table:
        return cast("Any", table)
    rest = {key: value for key, value in cast("Mapping[str, Any]", table).items() if key != "environments"}
    return rest or None


def _table(path: Path) -> Any:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # whose file it is will say what is wrong with it
    tool: Any = document.get("tool")
    return cast("Mapping[str, Any]", tool).get("stackwright") if isinstance(tool, dict) else None


def _read(table: Any, file: Path, key: str) -> Settings:
    where = f"{file}: {key}"
    if not isinstance(table, Mapping):
        raise UsageError("the settings are no table", where=where)
    found = settings.read(cast("Mapping[str, Any]", table), where, registry.rules())
    return replace(found, baseline=str(file.parent / found.baseline)) if found.baseline else found
