"""Environments of one program, loaded at once and compared: what must be equal, and is not, stops it."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pulumi

from .config import EnvironmentConfig, load_config, setting_of
from .errors import ComponentError, ConfigError, ConfigProblem
from .stack_files import StackFiles

_T = TypeVar("_T", bound=EnvironmentConfig)


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One setting that must be equal, in an environment where it is not.

    Attributes:
        environment: where it differs.
        field: the config key.
        value: what is there.
        others: what most of the others have.
        other: the first environment that has it.
    """

    environment: str
    field: str
    value: object
    others: object
    other: str

    def __str__(self) -> str:
        return f"{self.environment}: {self.field} is {self.value!r}, but {self.others!r} in {self.other}"


class EnvironmentsDiffer(ComponentError):
    """All settings that differ and may not, in one error, raised before the first resource is registered.

    Args:
        differences: every one of them.
    """

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        count = "1 setting differs" if len(self.differences) == 1 else f"{len(self.differences)} settings differ"
        super().__init__(
            "\n".join([f"{count} between environments:", *(f"  - {each}" for each in self.differences)]),
            fix="make them equal, or name them in Pulumi.yaml under stackwright.environments.mayDiffer.settings",
        )


def load_environments(
    cls: type[_T], directory: Path, *, environ: Mapping[str, str] | None = None, current: str | None = None
) -> dict[str, _T]:
    """Read the configuration of every stack that has a file, by environment.

    The stack that is being deployed is read as `load_config` reads it, with what was set on the command line; a stack
    without a file is one of its own and is the only one. For any of them a variable such as `DEPLOY_ROLE_ARN_PROD`
    counts before `DEPLOY_ROLE_ARN`, which itself is for the stack that is being deployed.

    Args:
        cls: the config class of the project.
        directory: where Pulumi.yaml is.
        environ: environment variables; the process's unless given.
        current: the stack that is being deployed; from the running program unless given, and none if it is empty.

    Raises:
        ConfigError: lists every bad key of every stack.
    """
    files = StackFiles(directory)
    current = pulumi.get_stack() if current is None else current
    loaded: dict[str, _T] = {}
    problems: list[ConfigProblem] = []
    for stack in files.stacks if current in files.stacks or not current else (current,):
        is_current = stack == current
        try:
            config = load_config(
                cls,
                namespace=files.name,
                stack=stack,
                values=None if is_current else files.values(stack),
                environ=environ,
                suffix=stack,
                plain_variables=is_current,
            )
        except ConfigError as error:
            problems += [ConfigProblem(f"{stack}: {p.key}", p.found, p.allowed) for p in error.problems]
        else:
            loaded[config.environment] = config
    if problems:
        raise ConfigError(problems, namespace=files.name)
    return loaded


def check_alike(environments: Mapping[str, EnvironmentConfig], may_differ: Collection[str]) -> None:
    """Compare what must be equal in all environments.

    Args:
        environments: their configs, by name.
        may_differ: keys of which that is not asked; `deploy_*` stands for all that begin so.

    Raises:
        EnvironmentsDiffer: lists every difference.
        ConfigError: `may_differ` names a key that does not exist.
    """
    configs = list(environments.values())
    if not configs:
        return
    fields = [field.name for field in dataclasses.fields(configs[0])]
    unknown = sorted(pattern for pattern in may_differ if not fnmatch.filter(fields, pattern))
    if unknown:
        allowed = "a key of the config class"
        raise ConfigError(
            [ConfigProblem("mayDiffer.settings", key, allowed) for key in unknown], namespace="stackwright"
        )
    may = {name for pattern in may_differ for name in fnmatch.filter(fields, pattern)}
    must = [name for name in fields if name != "environment" and name not in may]
    found = [difference for name in must for difference in _differences(environments, name)]
    if found:
        raise EnvironmentsDiffer(found)


def _differences(environments: Mapping[str, EnvironmentConfig], field: str) -> list[Difference]:
    alike = setting_of(type(next(iter(environments.values()))), field).alike
    shown: dict[str, Any] = {}
    for name, config in environments.items():
        value: Any = getattr(config, field)
        shown[name] = alike(value) if alike is not None else value
    # What most have is the norm; of as many, what comes first.
    norm = Counter(map(repr, shown.values())).most_common(1)[0][0]
    other = next(name for name, value in shown.items() if repr(value) == norm)
    return [Difference(name, field, value, shown[other], other) for name, value in shown.items() if repr(value) != norm]
