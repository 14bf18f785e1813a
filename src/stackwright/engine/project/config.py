"""A stack's configuration, as the Pulumi CLI reads it from Pulumi.yaml and Pulumi.<stack>.yaml.

Facts: https://www.pulumi.com/docs/iac/concepts/config/ and
https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from stackwright.engine.project import secrets
from stackwright.errors import ProjectError

MakeUp = Callable[[str, str], Any]


@dataclass(frozen=True)
class Config:
    """Stack configuration with full keys (`namespace:name`); objects and lists as JSON text, as the SDK wants them."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: frozenset[str] = frozenset()

    def of(self, namespace: str) -> dict[str, Any]:
        """All keys of one namespace, JSON texts decoded."""
        prefix = f"{namespace}:"
        return {k[len(prefix) :]: decode_text(v) for k, v in self.values.items() if k.startswith(prefix)}


@dataclass(frozen=True)
class Declaration:
    """What Pulumi.yaml says of one key.

    Attributes:
        value: the default, or the value itself; None for none.
        type: `string`, `boolean`, `integer`, `array`, `object`, or empty.
        items: of an array, the declaration of its items.
    """

    value: Any = None
    type: str = ""
    secret: bool = False
    items: Declaration | None = None


def declarations(document: Any, project: str, where: str) -> dict[str, Declaration]:
    """The `config` of Pulumi.yaml by full key.

    Raises:
        ProjectError: it is malformed.
    """
    if not isinstance(document, dict):
        raise ProjectError("`config` of the project must be a mapping", where=where)
    found: dict[str, Declaration] = {}
    for key, value in cast("dict[str, Any]", document).items():
        is_schema = isinstance(value, dict) and not {"type", "default", "value", "secret"}.isdisjoint(
            cast("dict[str, Any]", value)
        )
        declared = _declaration(key, cast("dict[str, Any]", value), where) if is_schema else Declaration(value)
        found[full_key(str(key), project)] = declared
    return found


def full_key(key: str, project: str) -> str:
    """The key with its namespace, which is the project's when it has none."""
    return key if ":" in key else f"{project}:{key}"


def read(
    document: Mapping[str, Any],
    declared: Mapping[str, Declaration],
    overrides: Mapping[str, str],
    *,
    project: str,
    stack: str,
    where: str,
    make_up: MakeUp | None = None,
) -> Config:
    """Project defaults, then the stack file, then `overrides`.

    Args:
        make_up: asked by key and type for what is required and missing, and for secrets that cannot be decrypted.

    Raises:
        ProjectError: a secret that cannot be decrypted, a value of the wrong type, a required key that is not set.
    """
    if document.get("environment") and make_up is None:
        raise ProjectError(
            f"stack {stack} imports Pulumi ESC environments, which only the Pulumi service can open",
            where=where,
            fix="Put the values a local run needs into the stack file, or pass them with -c KEY=VALUE.",
        )
    stack_values: Any = document.get("config") or {}
    if not isinstance(stack_values, dict):
        raise ProjectError("`config` must be a mapping", where=where)
    given = {full_key(k, project): v for k, v in overrides.items()}
    plain = {key: d.value for key, d in declared.items() if d.value is not None}
    secret_keys = {key for key, d in declared.items() if d.secret}
    decrypter = secrets.Decrypter(document, where)
    for short_key, sealed in cast("dict[str, Any]", stack_values).items():
        key = full_key(str(short_key), project)
        if key in given:
            continue  # not even decrypted: the override is the way around a passphrase that one does not have
        try:
            plain[key], is_secret = decrypter.reveal(key, sealed)
        except ProjectError:
            if make_up is None:
                raise
            plain[key], is_secret = make_up(key, "string"), True
        if is_secret:
            secret_keys.add(key)
    for key, text in given.items():
        expected = declared[key].type if key in declared else ""
        plain[key] = text if expected in ("", "string") else decode_text(text)
    if make_up is not None:
        plain.update({key: make_up(key, declared[key].type) for key in _missing(plain, declared)})
    _check(plain, declared, project, stack, where)
    return Config({key: as_text(value) for key, value in plain.items()}, frozenset(secret_keys & set(plain)))


def as_text(value: Any) -> str:
    """A value as the SDK gets it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), default=str)
    return "" if value is None else str(value)


def decode_text(text: str) -> Any:
    """Provider settings travel as text; objects, lists and booleans as JSON."""
    if text[:1] in ("{", "[") or text in ("true", "false"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _declaration(key: str, schema: Mapping[str, Any], where: str) -> Declaration:
    type_name = str(schema.get("type") or "")
    if type_name and type_name not in _CHECKS:
        raise ProjectError(
            f"`config.{key}` has the unknown type {type_name!r}", where=where, fix=f"Use one of: {', '.join(_CHECKS)}."
        )
    items: Any = schema.get("items")
    value: Any = schema.get("value")
    return Declaration(
        value=schema.get("default") if value is None else value,
        type=type_name,
        secret=bool(schema.get("secret")),
        items=_declaration(key, cast("dict[str, Any]", items), where) if isinstance(items, dict) else None,
    )


def _check(
    values: Mapping[str, Any], declared: Mapping[str, Declaration], project: str, stack: str, where: str
) -> None:
    missing = [_short(key, project) for key in _missing(values, declared)]
    if missing:
        raise ProjectError(
            f"stack {stack} does not set the config that Pulumi.yaml requires: {', '.join(missing)}",
            where=where,
            fix=f"Set it: -c {missing[0]}=VALUE, or in Pulumi.{stack}.yaml under `config:`.",
        )
    for key, declaration in declared.items():
        if key in values and not _fits(values[key], declaration):
            found = "another" if declaration.secret else repr(values[key])
            raise ProjectError(
                f"the config {_short(key, project)} of stack {stack} must be of type {declaration.type}, not {found}",
                where=where,
                fix="Correct the value, or its type in Pulumi.yaml.",
            )


def _missing(values: Mapping[str, Any], declared: Mapping[str, Declaration]) -> list[str]:
    return [key for key, d in declared.items() if key not in values and d.type]


def _short(key: str, project: str) -> str:
    return key.removeprefix(f"{project}:")


def _fits(value: Any, declared: Declaration) -> bool:
    check = _CHECKS.get(declared.type)
    if check is not None and not check(value):
        return False
    if declared.type == "array" and declared.items is not None:
        return all(_fits(item, declared.items) for item in value)
    return True


def _is_integer(value: Any) -> bool:
    if isinstance(value, str):
        return value.lstrip("+-").isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: Final = {
    "string": lambda v: not isinstance(v, (dict, list)),
    "boolean": lambda v: isinstance(v, bool) or v in ("true", "false"),
    "integer": _is_integer,
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}
