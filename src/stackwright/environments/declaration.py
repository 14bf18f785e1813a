"""What a project declares of its environments, in Pulumi.yaml:

stackwright:
  environments:
    mayDiffer:
      settings: [memory_mb, "aws:*"]
      resources: ["dynamodb/table:Table.readCapacity", "lambda/function:Function#replicate"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from stackwright.errors import ProjectError


@dataclass(frozen=True)
class Declaration:
    """Which settings and which parts of resources may differ; `*` stands for anything.

    Attributes:
        settings: full keys, `namespace:name`.
        resources: `type`, `type.property`, `type#name` or `type#name.property`.
        is_given: whether the project declares anything.
    """

    settings: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    is_given: bool = False

    def allows_setting(self, key: str) -> bool:
        """Whether a setting may differ."""
        return any(fnmatchcase(key, pattern) for pattern in self.settings)

    def allows_resource(self, type_token: str, name: str, path: str) -> bool:
        """Whether a resource may differ at a path; the empty path asks for the whole resource."""
        return any(_matches(pattern, type_token, name, path) for pattern in self.resources)


def declaration(document: Mapping[str, Any], project: str, where: str) -> Declaration:
    """Read it from the `stackwright` part of Pulumi.yaml, which has the settings of checks as well.

    Raises:
        ProjectError: it is malformed, or holds what means nothing.
    """
    environments = _mapping(document, "environments", where, "stackwright")
    _refuse_others(environments, ("mayDiffer",), where, "stackwright.environments")
    given = _mapping(environments, "mayDiffer", where, "stackwright.environments")
    settings = _texts(given, "settings", where)
    resources = _texts(given, "resources", where)
    _refuse_others(given, ("settings", "resources"), where, "stackwright.environments.mayDiffer")
    return Declaration(
        tuple(key if ":" in key else f"{project}:{key}" for key in settings),
        tuple(pattern.removeprefix("aws:") for pattern in resources),
        is_given="mayDiffer" in environments,
    )


def _mapping(document: Mapping[str, Any], key: str, where: str, parent: str) -> Mapping[str, Any]:
    value = document.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ProjectError(f"`{parent}.{key}` must be a mapping", where=where)
    return cast("dict[str, Any]", value)


def _refuse_others(document: Mapping[str, Any], known: Sequence[str], where: str, parent: str) -> None:
    others = [key for key in document if key not in known]
    if others:
        raise ProjectError(
            f"`{parent}` has {others[0]!r}, which means nothing", where=where, fix=f"Use: {', '.join(known)}."
        )


def _texts(document: Mapping[str, Any], key: str, where: str) -> list[str]:
    value: Any = document.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in cast("list[Any]", value)):
        raise ProjectError(f"`stackwright.environments.mayDiffer.{key}` must be a list of texts", where=where)
    return cast("list[str]", value)


def _matches(pattern: str, type_token: str, name: str, path: str) -> bool:
    """The property of a pattern covers what lies below it."""
    kind, _, rest = pattern.partition("#")
    if rest:
        wanted_name, _, wanted_path = rest.partition(".")
    else:
        head, slash, tail = kind.rpartition(":")
        kind, _, wanted_path = tail.partition(".")
        kind, wanted_name = f"{head}{slash}{kind}", "*"
    if not fnmatchcase(type_token.removeprefix("aws:"), kind) or not fnmatchcase(name, wanted_name):
        return False
    return not wanted_path or path == wanted_path or path.startswith((f"{wanted_path}.", f"{wanted_path}["))
