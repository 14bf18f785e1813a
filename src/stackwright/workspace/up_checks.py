"""What `check` says of a program that is brought up.

The source is read before the first step. What the program registers is looked at when it has been made: a run of its
own before that would cost half of what the whole does. Only where that is wanted, and where something has been refused,
so that what was registered is not whole, the program runs once more, as `check` runs it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal

from stackwright.engine.project.pulumi_yaml import Project
from stackwright.engine.urns import own_type, package_of
from stackwright.errors import ResourceError, StackwrightError
from stackwright.graph import Graph
from stackwright.rules import baseline
from stackwright.rules.finding import ERRORS, Finding, Severity
from stackwright.rules.lines import Lines
from stackwright.rules.refusals import about
from stackwright.rules.runner import Done
from stackwright.rules.view import View
from stackwright.workspace.check_settings import settings_of
from stackwright.workspace.checking import Checker, CheckOptions, read_source, report_on
from stackwright.workspace.results import Explanation, UpResult

CheckLevel = Literal["error", "warn"]
_BREAKS: Final[tuple[Severity, ...]] = ("breaks",)
_CRASHED: Final = "rule-failed"


class UpChecks:
    """Checks a project in one round of being brought up; settings, comments and baseline are those of `check`.

    Args:
        overrides: config values of this run.
        level: `error`: nothing is made when something will break; `warn`: it is only said.

    Raises:
        UsageError: the project's settings for its check mean nothing.
    """

    def __init__(self, project: Project, overrides: Mapping[str, str], level: CheckLevel = "warn") -> None:
        self._project = project
        self._overrides = overrides
        self._level: CheckLevel = level
        self._settings = replace(settings_of(project), subjects=("source", "graph"), severities=ERRORS)
        self._known = baseline.known(self._settings.baseline)

    def again(self) -> UpChecks:
        """For the next round."""
        return UpChecks(self._project, self._overrides, self._level)

    def of_source(self) -> tuple[Finding, ...]:
        """What will break, by the source alone."""
        return self._found(None, _BREAKS)

    def admit(self, stack: str) -> Explanation | None:
        """None when a stack may be brought up; otherwise why nothing of it is to be made."""
        found = self._found(self._simulated(stack), _BREAKS) if self._level == "error" else ()
        return Explanation(others=found) if found else None

    def after(self, result: UpResult) -> UpResult:
        """The result, with what will break in what was made."""
        started = time.monotonic()
        findings = self._found(result.graph, _BREAKS)
        return replace(result, findings=findings, total_seconds=result.total_seconds + time.monotonic() - started)

    def explain(self, stack: str, error: StackwrightError) -> Explanation:
        """What there is to say of a step that AWS, or the emulator, has refused."""
        if not isinstance(error, ResourceError) or not error.urn or package_of(own_type(error.urn)) != "aws":
            return Explanation()
        try:
            graph = self._simulated(stack)
        except StackwrightError as failure:
            error.add_note(f"What `check` says of it is not known: {failure.what}")
            return Explanation()
        needed = View(graph).before(error.urn) if graph else frozenset[str]()
        found = self._found(graph, ERRORS)
        of_refusal = about(error.urn, needed, found)
        return Explanation(of_refusal, tuple(f for f in found if f.severity in _BREAKS and f not in of_refusal))

    @cached_property
    def _source(self) -> Done:
        return read_source(self._project, self._settings)

    def _simulated(self, stack: str) -> Graph | None:
        """What the program registers when everything is made up; None when it does not run like that."""
        options = CheckOptions(stack, self._overrides, network=True)
        run = Checker(None).run_whole(self._project, options, "simulated", Lines(self._project.directory))
        return None if run.failure else run.graph

    def _found(self, graph: Graph | None, severities: tuple[Severity, ...]) -> tuple[Finding, ...]:
        settings = replace(self._settings, severities=severities)
        report = report_on(self._project, settings, self._source, graph, known=self._known)
        return tuple(f for f in report.findings if f.severity in severities or f.name == _CRASHED)
