"""Configuration of all stacks of a project, read from its files: without an engine, and without deploying.

https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from .errors import ComponentError


class StackFiles:
    """Pulumi.yaml of a project, and the files Pulumi.<stack>.yaml beside it.

    Args:
        directory: where Pulumi.yaml is.

    Raises:
        ComponentError: a file is missing, or is no mapping.
    """

    def __init__(self, directory: Path) -> None:
        self._project = _document(directory / "Pulumi.yaml")
        self.name = str(self._project["name"])
        folder = directory / str(self._project.get("stackConfigDir") or ".")
        found = {path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path for path in folder.glob("Pulumi.*.yaml")}
        self._stacks = {stack: _document(path) for stack, path in sorted(found.items())}

    @property
    def stacks(self) -> tuple[str, ...]:
        """Names of the stacks that have a file."""
        return tuple(self._stacks)

    @property
    def may_differ(self) -> tuple[str, ...]:
        """Config keys that Pulumi.yaml lets differ, under `stackwright: environments: mayDiffer: settings`.

        Pulumi leaves top-level keys alone that it does not know.
        """
        value: Any = self._project
        for key in ("stackwright", "environments", "mayDiffer", "settings"):
            value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
        return tuple(str(item) for item in cast("list[object]", value or []))

    def values(self, stack: str) -> dict[str, str]:
        """A stack's config of the project's own namespace, as Pulumi hands it to a program; no secrets."""
        prefix = f"{self.name}:"
        values: dict[str, Any] = {
            key.removeprefix(prefix): _default(value) for key, value in _mapping(self._project.get("config")).items()
        }
        for key, value in _mapping(self._stacks[stack].get("config")).items():
            values[key.removeprefix(prefix)] = value
        # A secret can be opened by its own stack only.
        return {key: _text(value) for key, value in values.items() if ":" not in key and not _is_absent(value)}


def _document(path: Path) -> dict[str, Any]:
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ComponentError(f"{path.name} cannot be read: {error}", fix="mend the file") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ComponentError(f"{path.name} is no mapping", fix="write `config:` and the keys below it")
    return cast("dict[str, Any]", document)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _default(value: Any) -> Any:
    """What Pulumi.yaml says of a key is its value, or a mapping with a value or a default."""
    told = _mapping(value)
    return told.get("value", told.get("default")) if told else value


def _is_absent(value: Any) -> bool:
    return value is None or "secure" in _mapping(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)
