"""What roles of a program were denied while it is up, beside what `check` says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stackwright.rules.refusals import about

if TYPE_CHECKING:
    from stackwright.emulator.observations import Decision
    from stackwright.emulator.process import Emulator
    from stackwright.rules.finding import Finding
    from stackwright.workspace.results import UpResult

_DENIED: Final = ("Deny", "ImplicitDeny")
_SESSION: Final = re.compile(r"arn:[^:]+:sts::(\d+):assumed-role/([^/]+)/")
_ROLE: Final = "aws:iam/role:Role"


@dataclass(frozen=True)
class Denial:
    """A call that was denied, and the findings that speak of the caller's role."""

    says: str
    findings: tuple[Finding, ...]


class Denials:
    """Looks for denied calls that a finding explains; each finding is told once.

    Args:
        results: what is up, with what `check` says of it.
    """

    def __init__(self, emulator: Emulator, results: Sequence[UpResult]) -> None:
        self._emulator = emulator
        self._last = 0
        self._findings: dict[tuple[str, str], list[Finding]] = {}
        for result in results:
            for role in result.graph.of_type(_ROLE) if result.findings else ():
                account, name = str(role.outputs.get("arn", "::::")).split(":")[4], str(role.outputs.get("name"))
                self._findings[account, name] = list(about(role.urn, frozenset(), result.findings))
        if any(self._findings.values()):
            self._last = max((decision.number for decision in emulator.decisions()), default=0)

    def poll(self) -> list[Denial]:
        """New ones.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        if not any(self._findings.values()):
            return []
        decisions = self._emulator.decisions(self._last)
        self._last = max([self._last, *(decision.number for decision in decisions)])
        return [denial for decision in decisions if (denial := self._denial(decision)) is not None]

    def _denial(self, decision: Decision) -> Denial | None:
        session = _SESSION.match(decision.principal)
        if decision.decision not in _DENIED or session is None:
            return None
        findings = self._findings.pop((session[1], session[2]), [])
        if not findings:
            return None
        return Denial(f"{session[2]} was denied {decision.action} on {decision.resource}", tuple(findings))
