"""YAML files, read as the Pulumi CLI's parser reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import yaml

from stackwright.errors import ProjectError


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a file; empty for an empty file.

    Raises:
        ProjectError: the file cannot be read, or holds something else.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProjectError(f"cannot read {path.name}: {error}", where=str(path)) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ProjectError(f"{path.name} must be a mapping", where=str(path))
    return cast("dict[str, Any]", document)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): `on` and `yes` are words, `2026-01-31` and
    `1:30` are texts.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class has it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("null", "merge")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_CORE = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN)",
        "-+.0123456789",
    ),
}
for _name, (_pattern, _first) in _CORE.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))
