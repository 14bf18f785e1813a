"""Which rules are asked, and with which parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from stackwright.errors import UsageError
from stackwright.rules.finding import ERRORS, SEVERITIES, Severity
from stackwright.rules.rule import Rule, Subject

Profile = Literal["default", "stackwright", "all"]
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
_SEVERITIES: Final[Mapping[Profile, tuple[Severity, ...]]] = {
    "default": ERRORS,
    "stackwright": (*ERRORS, "preference"),
    "all": (*ERRORS, "preference", "advice"),
}
_SUBJECTS: Final[tuple[Subject, ...]] = ("source", "graph", "runs")
_KEYS: Final = ("profile", "select", "ignore", "rules", "baseline")


@dataclass(frozen=True)
class Settings:
    """What is asked.

    Attributes:
        select: codes, or beginnings of codes, of the only rules to ask, whatever the profile; empty: the profile's.
        ignore: codes, or beginnings of codes, of rules not to ask.
        parameters: by code of the rule.
        baseline: file with the findings that are known already; empty: there is none.
        severities, subjects: only rules of these are asked, whatever the others say.
    """

    profile: Profile = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    baseline: str = ""
    severities: tuple[Severity, ...] = SEVERITIES
    subjects: tuple[Subject, ...] = _SUBJECTS

    def chosen(self, rules: Iterable[Rule]) -> list[Rule]:
        """The rules that are asked.

        Raises:
            UsageError: a code that no rule has.
        """
        known = list(rules)
        for code in (*self.select, *self.ignore):
            if not any(rule.code.startswith(code) for rule in known):
                raise UsageError(f"no rule has the code {code!r}", fix="`stackwright rules` lists them.")
        return [rule for rule in known if self._asks(rule)]

    def _asks(self, rule: Rule) -> bool:
        if rule.code.startswith(self.ignore):
            return False
        if rule.subject == "check":
            return True
        if rule.severity not in self.severities or rule.subject not in self.subjects:
            return False
        return rule.code.startswith(self.select) if self.select else rule.severity in _SEVERITIES[self.profile]


def read(table: Mapping[str, Any], where: str, rules: Mapping[str, Rule]) -> Settings:
    """Settings from a table of a project's file.

    Raises:
        UsageError: an unknown key or rule, or a value of the wrong type.
    """
    for key in table:
        if key not in _KEYS:
            raise UsageError(f"there is no setting {key!r}", where=where, fix=f"One of: {', '.join(_KEYS)}.")
    profile = table.get("profile", "default")
    if profile not in PROFILES:
        raise UsageError(f"there is no profile {profile!r}", where=where, fix=f"One of: {', '.join(PROFILES)}.")
    parameters = table.get("rules", {})
    if not isinstance(parameters, Mapping):
        raise UsageError("`rules` is no table", where=where, fix="Write: [tool.stackwright.rules.LOG102]")
    baseline = table.get("baseline", "")
    if not isinstance(baseline, str):
        raise UsageError("`baseline` is no path", where=where, fix='Write: baseline = "known.json"')
    given = cast("Mapping[str, Any]", parameters)
    return Settings(
        profile=profile,
        select=_codes(table, "select", where),
        ignore=_codes(table, "ignore", where),
        parameters={code: parameters_of(code, values, where, rules) for code, values in given.items()},
        baseline=baseline,
    )


def _codes(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value: Any = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in cast("list[Any]", value)):
        raise UsageError(f"`{key}` is no list of codes", where=where, fix=f'Write: {key} = ["API101"]')
    return tuple(cast("list[str]", value))


def _frozen(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


def parameters_of(code: str, values: Any, where: str, rules: Mapping[str, Rule]) -> Mapping[str, Any]:
    """Parameters of one rule.

    Raises:
        UsageError: there is no such rule or parameter, or a value is of another type.
    """
    where = f"{where}: rules.{code}"
    rule = rules.get(code)
    if rule is None:
        raise UsageError(f"no rule has the code {code!r}", where=where, fix="`stackwright rules` lists them.")
    if not isinstance(values, Mapping):
        raise UsageError(f"the parameters of {code} are no table", where=where)
    read: dict[str, Any] = {}
    for name, value in cast("Mapping[str, Any]", values).items():
        if name not in rule.parameters:
            known = ", ".join(rule.parameters) or "none"
            raise UsageError(f"{code} has no parameter {name!r}", where=where, fix=f"It has: {known}.")
        default = rule.parameters[name]
        given = _frozen(value)
        if type(given) is not type(default) and not (isinstance(default, float) and isinstance(given, int)):
            wanted = "list" if isinstance(default, tuple) else type(default).__name__
            raise UsageError(f"{name} is a {type(value).__name__}, not a {wanted}", where=where)
        read[name] = given
    return read
