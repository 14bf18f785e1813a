"""What a component says when it is used wrongly. Components ship alone, so this tree is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ComponentError(ValueError):
    """A component was given something that AWS would refuse, or that would fail silently.

    Args:
        what: one sentence, what is wrong and where.
        fix: what to write instead.
    """

    def __init__(self, what: str, *, fix: str = "") -> None:
        super().__init__(f"{what}\n  fix: {fix}" if fix else what)
        self.what = what
        self.fix = fix


def expect(where: str, value: object, kind: type) -> None:
    """Raise ComponentError unless a nested argument is of its class; a dict in its place would fail much later."""
    if not isinstance(value, kind):
        raise ComponentError(f"{where} is a {type(value).__name__}", fix=f"write {kind.__name__}(…)")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One config key that cannot be used: the key, the value found, what is allowed."""

    key: str
    found: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}: found {self.found!r}, allowed: {self.allowed}"


class ConfigError(ComponentError):
    """All config keys that cannot be used, in one error, raised before the first resource is registered.

    Args:
        problems: every bad key.
        namespace: the config namespace, for the fix that is shown.
    """

    def __init__(self, problems: Sequence[ConfigProblem], *, namespace: str) -> None:
        self.problems = tuple(problems)
        count = "1 config value" if len(self.problems) == 1 else f"{len(self.problems)} config values"
        super().__init__(
            "\n".join([f"{count} cannot be used:", *(f"  - {problem}" for problem in self.problems)]),
            fix=f"correct Pulumi.<stack>.yaml (`pulumi config set {namespace}:<key> …`) or the environment variable",
        )
