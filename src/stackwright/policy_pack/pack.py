"""Each rule over resources as a policy, and each finding as a violation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from stackwright.engine.protocol.analyzer import Policy, Severity, Verdict, Violation
from stackwright.errors import UsageError
from stackwright.graph import Graph
from stackwright.rules.finding import SEVERITIES, Finding, NotChecked
from stackwright.rules.finding import Severity as OfRule
from stackwright.rules.lines import Lines
from stackwright.rules.rule import Rule
from stackwright.rules.runner import Subjects, report
from stackwright.rules.settings import Settings, parameters_of
from stackwright.rules.view import View

# A rule that fails is said, too.
_FAILED: Final = "STW003"
_SEVERITIES: Final[Mapping[OfRule, Severity]] = {
    "breaks": "high",
    "leaks": "critical",
    "loses": "high",
    "exposes": "critical",
    "preference": "low",
    "advice": "low",
}
_MOST_OPEN: Final = 3  # values that are named of those that a rule did not know


class Rules:
    """A policy pack.

    Args:
        mandatory: severities whose findings stop a deployment.
        root: directory of the project; None when nobody knows it.
    """

    name = "stackwright"
    description = "What breaks, leaks, loses or exposes: stackwright check's rules over resources."

    def __init__(
        self,
        rules: Iterable[Rule],
        settings: Settings,
        *,
        mandatory: frozenset[OfRule] = frozenset(),
        version: str,
        root: Path | None = None,
    ) -> None:
        for severity in sorted(mandatory - set(SEVERITIES)):
            raise UsageError(f"there is no severity {severity!r}", fix=f"One of: {', '.join(SEVERITIES)}.")
        self.version = version
        self._root = root
        self._parameters: dict[str, Mapping[str, Any]] = dict(settings.parameters)
        chosen = settings.chosen(rules)
        self._rules = {rule.code: rule for rule in chosen if rule.subject == "graph" or rule.code == _FAILED}
        self.policies: Sequence[Policy] = [_policy(rule, self._parameters, mandatory) for rule in self._rules.values()]

    def configure(self, parameters: Mapping[str, Mapping[str, Any]]) -> None:
        """Parameters of Pulumi's policy configuration, over those of pyproject.toml.

        Raises:
            UsageError: a rule has no such parameter, or its value is of another type.
        """
        for code, given in parameters.items():
            rule = self._rules[code]
            values = {name: _number(value, rule.parameters.get(name)) for name, value in given.items()}
            read = parameters_of(code, values, "the policy configuration", self._rules)
            self._parameters[code] = {**self._parameters.get(code, {}), **read}

    def judge(self, graph: Graph, policies: frozenset[str]) -> Verdict:
        """What these rules say of a stack."""
        lines = Lines(self._root)
        asked = [rule for code, rule in self._rules.items() if code in policies]
        found = report(asked, Subjects(lines, graph=View(graph, lines)), Settings("all", parameters=self._parameters))
        violations = [Violation(f.code, _message(f), f.place.urn) for f in found.findings]
        failed = {violation.policy for violation in violations}
        return Verdict(violations, _open(n for n in found.not_checked if n.code not in failed))


def _policy(rule: Rule, parameters: Mapping[str, Mapping[str, Any]], mandatory: frozenset[OfRule]) -> Policy:
    values = {**rule.parameters, **parameters.get(rule.code, {})}
    return Policy(
        name=rule.code,
        title=rule.name,
        description=rule.summary,
        severity=_SEVERITIES[rule.severity],
        enforcement="mandatory" if rule.severity in mandatory else "advisory",
        tags=(rule.severity, rule.failure_class),
        remedy=rule.section("Use instead"),
        parameters={name: _schema(value) for name, value in values.items()},
    )


def _schema(default: Any) -> dict[str, Any]:
    match default:
        case bool():
            return {"type": "boolean", "default": default}
        case int():
            return {"type": "integer", "default": default}
        case float():
            return {"type": "number", "default": default}
        case tuple():
            return {"type": "array", "items": {"type": "string"}, "default": list(cast("tuple[Any, ...]", default))}
        case _:
            return {"type": "string", "default": default}


def _number(value: Any, default: Any) -> Any:
    """The protocol has no integers."""
    return int(value) if isinstance(default, int) and isinstance(value, float) and value.is_integer() else value


def _message(finding: Finding) -> str:
    related = [f"{r.message}: {_named(r.place.urn)}" for r in finding.related if r.place.urn]
    return "\n".join([finding.message, *related, f"fix: {finding.fix}"])


def _named(urn: str) -> str:
    _, _, rest = urn.partition("::")
    types, _, name = rest.partition("::")[2].rpartition("::")
    return f"{name} ({types.rpartition('$')[2]})"


def _open(not_checked: Iterable[NotChecked]) -> dict[str, str]:
    values: dict[str, dict[str, None]] = {}
    for one in not_checked:
        values.setdefault(one.code, {})[f"{one.value} ({one.reason})"] = None
    return {code: _listed(list(found)) for code, found in values.items()}


def _listed(values: list[str]) -> str:
    more = f" and {len(values) - _MOST_OPEN} more" if len(values) > _MOST_OPEN else ""
    return f"not checked: {', '.join(values[:_MOST_OPEN])}{more}"
