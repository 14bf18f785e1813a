"""A typed loader for a program's configuration: Pulumi config, then environment variable, then default.

The name of the environment is part of every physical name. It comes from Pulumi config or is the stack's name: a shell
in which `ENVIRONMENT` happens to be set must not replace every resource of a stack.

    @dataclass(frozen=True)
    class Config(EnvironmentConfig):
        memory_mb: int = setting("Memory of the function, MB", default=512, within=limits.LAMBDA_MEMORY)

    config = load_config(Config)

What is set counts, also when it is `false`, `0` or empty. All keys are checked before anything is raised, so that one
error lists every bad value, and it is raised before the first resource is registered.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar, cast

import pulumi
from pulumi.runtime.config import CONFIG, is_config_secret

from .errors import ComponentError, ConfigError, ConfigProblem
from .limits import Range

_T = TypeVar("_T", bound="EnvironmentConfig")
_REQUIRED: Final = object()
_KEY: Final = "stackwright"


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What is known of one key beyond its type."""

    description: str
    default: object
    minimum: float | None
    maximum: float | None
    choices: tuple[object, ...]
    pattern: str
    pattern_means: str
    convert: Callable[[str], object] | None = None
    alike: Callable[[Any], object] | None = None


def setting(
    description: str,
    *,
    default: object = _REQUIRED,
    minimum: float | None = None,
    maximum: float | None = None,
    within: Range | None = None,
    choices: Sequence[object] = (),
    pattern: str = "",
    pattern_means: str = "",
    convert: Callable[[str], object] | None = None,
    alike: Callable[[Any], object] | None = None,
) -> Any:
    """Declare one config key as a dataclass field; its type is the field's annotation.

    Args:
        description: what it is, with its unit.
        default: used when neither Pulumi config nor the environment has it; without one the key is required.
        minimum: least number.
        maximum: greatest number.
        within: both, where AWS sets them; see `limits`.
        choices: the only values there are.
        pattern: regular expression that the whole text must match.
        pattern_means: the pattern in words, for the error.
        convert: from the text to the value, for types that the loader does not know; ValueError says what is allowed,
            and `pattern_means` says it in the README.
        alike: what of the value must be equal in all environments, see `check_alike`; all of it without.
    """
    if within is not None:
        minimum, maximum = within.minimum, within.maximum
    about = Setting(description, default, minimum, maximum, tuple(choices), pattern, pattern_means, convert, alike)
    if default is _REQUIRED:
        return dataclasses.field(metadata={_KEY: about})
    return dataclasses.field(default=default, metadata={_KEY: about})


def setting_of(cls: type, name: str) -> Setting:
    """What is known of one key of a config class."""
    (field,) = [field for field in dataclasses.fields(cls) if field.name == name]
    return cast(Setting, field.metadata[_KEY])


@dataclasses.dataclass(frozen=True, kw_only=True)
class EnvironmentConfig:
    """The keys that every system has."""

    environment: str = setting(
        "Name of the environment; the stack's name unless set, and never an environment variable",
        pattern=r"[a-z][a-z0-9]{1,11}",
        pattern_means="2 to 12 lower-case letters and digits, a letter first",
    )
    primary_region: str = setting(
        "AWS region of every resource",
        default="us-east-1",
        pattern=r"[a-z]{2}(-[a-z]+)+-\d",
        pattern_means="an AWS region such as us-east-1",
    )
    expected_account_id: str | None = setting(
        "Account to deploy into; any other account is refused",
        default=None,
        pattern=r"\d{12}",
        pattern_means="12 digits",
    )
    deploy_role_arn: str | None = setting(
        "Role that the provider assumes to deploy",
        default=None,
        pattern=r"arn:aws[a-z-]*:iam::\d{12}:role/.+",
        pattern_means="the ARN of an IAM role",
    )
    deploy_external_id: str | None = setting("External id for assuming deploy_role_arn", default=None)
    deploy_session_name: str | None = setting(
        "Name of the session of deploy_role_arn; pulumi-<environment>-deployment unless set",
        default=None,
        pattern=r"[\w+=,.@-]{2,64}",
        pattern_means="2 to 64 letters, digits and + = , . @ - _",
    )
    application: str | None = setting("Tag Application; the project's name unless set", default=None)
    team: str = setting("Tag Team", default="platform")
    cost_center: str = setting("Tag CostCenter", default="unassigned")

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules between keys; extend it with `yield from super().problems()`."""
        for key in ("deploy_external_id", "deploy_session_name"):
            if getattr(self, key) and not self.deploy_role_arn:
                yield ConfigProblem(key, getattr(self, key), "only together with deploy_role_arn")


def load_config(
    cls: type[_T],
    *,
    namespace: str | None = None,
    stack: str | None = None,
    values: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    suffix: str = "",
    plain_variables: bool = True,
) -> _T:
    """Read, convert and check every key of `cls`.

    Args:
        cls: a frozen dataclass derived from `EnvironmentConfig`.
        namespace: prefix of the keys in Pulumi config; the project's name unless given.
        stack: default of the key `environment`; the current stack unless given.
        values: Pulumi config without its prefix; read from the running program unless given. A stack's file may be read
            and passed here, so that several stacks are compared without deploying.
        environ: environment variables; the process's unless given. The variable of key `log_level` is `LOG_LEVEL`; the
            key `environment` has none.
        suffix: with `prod`, the variable `LOG_LEVEL_PROD` counts before `LOG_LEVEL`.
        plain_variables: whether variables without the suffix count.

    Raises:
        ConfigError: lists every bad key.
    """
    namespace = namespace if namespace is not None else pulumi.get_project()
    environ = environ if environ is not None else os.environ
    secrets: set[str] = set()
    if values is None:
        values, secrets = _pulumi_config(namespace)
    types_of = typing.get_type_hints(cls)
    found: dict[str, object] = {}
    problems: list[ConfigProblem] = []
    for field in dataclasses.fields(cls):
        about = cast(Setting, field.metadata[_KEY])
        text = values.get(field.name)
        if text is None and field.name == "environment":
            text = stack if stack is not None else pulumi.get_stack()
        elif text is None:
            text = _variable(field.name, environ, suffix, plain_variables)
        if text is not None:
            try:
                found[field.name] = _convert(text, types_of[field.name], about)
            except ValueError as bad:
                problems.append(ConfigProblem(field.name, "[secret]" if field.name in secrets else text, str(bad)))
        elif about.default is _REQUIRED:
            problems.append(ConfigProblem(field.name, None, f"a value is required: {about.description}"))
    problems += _unknown_keys(cls, values, secrets)
    # Rules between keys are asked of what could be read, so that they are listed along with the rest.
    build = cast("Callable[..., _T]", cls)
    placeholders = {f.name: _placeholder(f) for f in dataclasses.fields(cls) if f.name not in found}
    problems += build(**placeholders, **found).problems()
    if problems:
        raise ConfigError(problems, namespace=namespace)
    return build(**found)


def _variable(key: str, environ: Mapping[str, str], suffix: str, plain: bool) -> str | None:
    text = environ.get(f"{key}_{suffix}".upper()) if suffix else None
    return environ.get(key.upper()) if text is None and plain else text


def _pulumi_config(namespace: str) -> tuple[dict[str, str], set[str]]:
    prefix = f"{namespace}:"
    keys = {key: key.removeprefix(prefix) for key in CONFIG.get() if key.startswith(prefix)}
    secrets = {short for key, short in keys.items() if is_config_secret(key)}
    return {short: str(CONFIG.get()[key]) for key, short in keys.items()}, secrets


def _unknown_keys(
    cls: type[EnvironmentConfig], values: Mapping[str, str], secrets: Collection[str]
) -> list[ConfigProblem]:
    known = [field.name for field in dataclasses.fields(cls)]
    problems: list[ConfigProblem] = []
    for key in sorted(values.keys() - set(known)):
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"there is no such key; did you mean {near[0]}?" if near else "there is no such key"
        problems.append(ConfigProblem(key, "[secret]" if key in secrets else values[key], hint))
    return problems


def _placeholder(field: dataclasses.Field[Any]) -> object:
    return "" if field.default is dataclasses.MISSING else field.default


def _convert(text: str, kind: Any, about: Setting) -> object:
    if about.convert is not None:
        return about.convert(text)
    arguments = typing.get_args(kind)
    optional = isinstance(kind, types.UnionType) and type(None) in arguments
    if optional:
        if text.strip() in ("", "none", "null"):
            return None
        kind = next(a for a in arguments if a is not type(None))
    if typing.get_origin(kind) is Literal:
        about, kind = dataclasses.replace(about, choices=typing.get_args(kind)), str
    converter = _CONVERTERS.get(typing.get_origin(kind) or kind)
    if converter is None:
        raise ComponentError(f"a config key has type {kind}", fix=f"use one of {', '.join(map(str, _CONVERTERS))}")
    value = converter(text)
    _check(value, about)
    return value


def _check(value: object, about: Setting) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = about.minimum, about.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(_range_text(low, high) + f" ({about.description})")
    if about.choices and value not in about.choices:
        raise ValueError(f"one of {', '.join(map(str, about.choices))} ({about.description})")
    if about.pattern:
        for item in cast("tuple[str, ...]", value) if isinstance(value, tuple) else (str(value),):
            if not re.fullmatch(about.pattern, item):
                raise ValueError(f"{about.pattern_means or about.pattern} ({about.description})")


def _range_text(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:,.10g}"
    return f"at least {low:,.10g}" if high is None else f"{low:,.10g}..{high:,.10g}"


def _to_bool(text: str) -> bool:
    match text.strip().lower():
        case "true" | "1" | "yes" | "on":
            return True
        case "false" | "0" | "no" | "off":
            return False
        case _:
            raise ValueError("true or false")


def _to_int(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise ValueError("a whole number") from None


def _to_float(text: str) -> float:
    try:
        number = float(text.strip())
    except ValueError:
        raise ValueError("a number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("a finite number")
    return number


def _to_list(text: str) -> tuple[str, ...]:
    if not text.lstrip().startswith("["):
        return tuple(item.strip() for item in text.split(",") if item.strip())
    try:
        items = cast("list[object]", json.loads(text))
    except json.JSONDecodeError:
        raise ValueError("a list, comma-separated or JSON") from None
    return tuple(str(item) for item in items)


_CONVERTERS: Final[Mapping[object, Callable[[str], object]]] = {
    str: str,
    int: _to_int,
    float: _to_float,
    bool: _to_bool,
    tuple: _to_list,
}
