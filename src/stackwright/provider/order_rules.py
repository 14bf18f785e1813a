"""What AWS asks of the order in which things are made: `data/order.toml`, which says what its parts mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from stackwright.caching import cached
from stackwright.graph import Resource

_PACKAGE: Final = "aws:"


@dataclass(frozen=True)
class Refusal:
    """An answer that may change.

    Attributes:
        contention: it came at a bad moment only.
        source: who retries it, or what AWS says about it.
    """

    operations: frozenset[str]
    codes: re.Pattern[str]
    message: re.Pattern[str]
    contention: bool
    source: str

    def fits(self, operation: str, code: str, message: str) -> bool:
        """Whether an error is this one."""
        if self.operations and operation not in self.operations:
            return False
        return self.codes.fullmatch(code) is not None and self.message.search(message) is not None


@dataclass(frozen=True)
class Check:
    """What AWS checks when a type is made; for `by` see `OrderRules.deciding`."""

    when: tuple[str, ...]
    by: Mapping[str, tuple[str, frozenset[str]]]


@dataclass(frozen=True)
class OrderRules:
    """See `stackwright.engine.deployment.ordering.Rules`; types are without the package."""

    refusals: tuple[Refusal, ...]
    checks: Mapping[str, Check]
    named: Mapping[str, Mapping[str, frozenset[str]]]
    deciders: frozenset[str] = field(default=frozenset())

    def refusal(self, operation: str, code: str, message: str) -> Refusal | None:
        """What is known of an error; None when nothing can change it."""
        return next((known for known in self.refusals if known.fits(operation, code, message)), None)

    def deciding(self, new: Resource) -> Mapping[str, tuple[str, frozenset[str]]]:
        """What decides whether the resource is accepted; see `stackwright.engine.deployment.ordering.Deciding`."""
        check = self.checks.get(new.type.removeprefix(_PACKAGE))
        if check is None or (check.when and not any(new.inputs.get(name) for name in check.when)):
            return {}
        return {f"{_PACKAGE}{kind}": reached for kind, reached in check.by.items()}

    def decides(self, type_token: str) -> bool:
        """Whether resources of this type decide about others."""
        return type_token.removeprefix(_PACKAGE) in self.deciders

    def references(self, type_token: str) -> Mapping[str, frozenset[str]]:
        """Inputs that name something that must exist -> types that it may have."""
        return self.named.get(type_token.removeprefix(_PACKAGE), {})


@cached
def order_rules() -> OrderRules:
    """All that is known."""
    path = resources.files("stackwright.provider") / "data" / "order.toml"
    return parse(tomllib.loads(path.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> OrderRules:
    """Rules from the file's content."""
    groups: Mapping[str, Mapping[str, str]] = data["group"]
    refusals = tuple(
        Refusal(
            frozenset(raw.get("operations", ())),
            re.compile(raw["codes"]),
            re.compile(raw.get("message", "")),
            bool(raw.get("contention", False)),
            raw["source"],
        )
        for raw in data["refusal"]
    )
    checks = {
        raw["type"]: Check(
            tuple(raw.get("when", ())),
            {kind: (of, frozenset(by)) for name, by in raw["by"].items() for kind, of in groups[name].items()},
        )
        for raw in data["check"]
    }
    named: dict[str, dict[str, frozenset[str]]] = {}
    for kind, inputs in data["reference"].items():
        for name, types in inputs.items():
            for user in types:
                of_user = named.setdefault(user, {})
                of_user[name] = of_user.get(name, frozenset()) | {f"{_PACKAGE}{kind}"}
    deciders = frozenset(kind for check in checks.values() for kind in check.by)
    return OrderRules(refusals, checks, named, deciders)
