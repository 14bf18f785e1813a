"""`stackwright check --watch`: a report after each save."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from rich.text import Text

from stackwright.cli.changes import Changes
from stackwright.cli.findings import one_line
from stackwright.cli.formats import Checked, Finding, as_text
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import say
from stackwright.errors import StackwrightError
from stackwright.processes import Cancel
from stackwright.rules.settings import Settings
from stackwright.workspace import Project
from stackwright.workspace.checking import CheckOptions
from stackwright.workspace.repeated_checks import Outcome, Runner

_POLL_SECONDS: Final = 0.3
_ABOUT_CHECKS: Final = "STW"  # begins the codes of rules over the check itself
_Findings = dict[tuple[str, str], Finding]  # by project and fingerprint


def watch(projects: Sequence[Project], options: CheckOptions, adapt: Callable[[Settings], Settings]) -> None:
    """Check, and check again whenever something is saved, until Ctrl-C; one interpreter is kept ready for that.

    What is saved while a check runs is checked after it.

    Args:
        adapt: changes the projects' settings for their checks.
    """
    places = [project.directory for project in projects]
    # A file that is a project may lie beside anything.
    changes = Changes(places, recursive=not all(project.location.is_file() for project in projects))
    before: _Findings | None = None
    saved: list[str] = []
    try:
        with Runner(options, adapt) as runner:
            while True:
                outcomes = _check(runner, projects)
                before = _show(projects, outcomes, saved, before)
                saved = []
                while not saved:
                    saved = changes.wait(_POLL_SECONDS)
    except KeyboardInterrupt:
        say("stopped", err=True)


def _check(runner: Runner, projects: Sequence[Project]) -> list[Outcome]:
    """All checks; Ctrl-C ends the programs that run for them."""
    cancel = Cancel()
    with ThreadPoolExecutor(1, thread_name_prefix="check") as pool:
        checking = pool.submit(lambda: [runner.run(project.location, cancel) for project in projects])
        try:
            return checking.result()
        except BaseException:
            cancel.set()
            raise


def _show(
    projects: Sequence[Project], outcomes: Sequence[Outcome], saved: Sequence[str], before: _Findings | None
) -> _Findings | None:
    """Print a report and what is different from the last one; the findings, or those of before when there are none."""
    terminal = Terminal()
    if sys.stdout.isatty():
        click.clear()
    names = ", ".join(sorted({_short(path, projects) for path in saved}))
    terminal.rule(Text(f"{datetime.now():%H:%M:%S} {names}".rstrip()), align="left")
    failures = [outcome.error for outcome in outcomes if outcome.error is not None]
    checked = [
        Checked(project.name, project.directory, outcome.report)
        for project, outcome in zip(projects, outcomes, strict=True)
        if outcome.report is not None
    ]
    for line in as_text.lines(checked) if checked else ():
        terminal.print(line, soft_wrap=True)
    for failure in failures:
        _say(failure)
    if failures:
        return before
    now = {(one.name, finding.fingerprint): finding for one in checked for finding in one.report.findings}
    asked = {(one.name, code) for one in checked for code in one.report.asked}
    for (name, fingerprint), finding in (before or {}).items():
        # What nobody has asked again, since the program does not run, may still be there.
        if (name, finding.code) not in asked and not finding.code.startswith(_ABOUT_CHECKS):
            now.setdefault((name, fingerprint), finding)
    for line in _difference(before, now):
        terminal.print(line, soft_wrap=True)
    sys.stdout.flush()
    return now


def _say(failure: StackwrightError) -> None:
    from stackwright.cli.failures import message

    say(message(failure), label=click.style("error:", fg="red", bold=True))


def _difference(before: _Findings | None, now: _Findings) -> Iterator[Text]:
    """What has come and what has gone since the last report."""
    if before is None:
        return
    for key, finding in now.items():
        if key not in before:
            yield Text.assemble(("new: ", "bold red"), one_line(finding))
    for key, finding in before.items():
        if key not in now:
            yield Text.assemble(("gone: ", "bold green"), one_line(finding))


def _short(path: str, projects: Sequence[Project]) -> str:
    inside = [project.directory for project in projects if Path(path).is_relative_to(project.directory)]
    return os.path.relpath(path, max(inside, key=lambda place: len(place.parts))) if inside else path
