"""`stackwright check --fix`: the diff first, and then, when somebody says so, the files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import click
from rich.text import Text

from stackwright.cli.formats import Checked, Fixes
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import say
from stackwright.rules import baseline
from stackwright.rules.settings import Settings
from stackwright.workspace import Project, changes
from stackwright.workspace.checking import CheckOptions, check
from stackwright.workspace.fixing import NotFixed, Proposal, propose

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True)
class Fixing:
    """How projects are checked and mended.

    Attributes:
        text: people read it: the diff is printed, and on a terminal they are asked.
        write: write without a question.
    """

    options: CheckOptions
    text: bool
    write: bool

    def run(self, projects: Sequence[tuple[Project, Settings]]) -> list[Checked]:
        """The reports on the projects as they are when this has ended."""
        proposed = [(p, s, propose(p, s, self.options, known=baseline.known(s.baseline))) for p, s in projects]
        if self.text:
            for project, _, proposal in proposed:
                _show(project, proposal, several=len(projects) > 1)
        files = sum(len(proposal.changes) for _, _, proposal in proposed)
        if not files or not (self.write or (self.text and _agreed(files))):
            if files and self.text:
                say(f"nothing was written; `--fix --write` writes {'this file' if files == 1 else f'{files} files'}\n")
            return [_as_it_is(project, proposal) for project, _, proposal in proposed]
        return [self._written(project, settings, proposal) for project, settings, proposal in proposed]

    def _written(self, project: Project, settings: Settings, proposal: Proposal) -> Checked:
        refused: dict[str, str] = {}
        for change in proposal.changes:
            reason = changes.write(project.directory, change)
            if reason:
                refused[change.file] = reason
                say(f"{project.directory / change.file} was not written: {reason}", err=True)
        if len(refused) == len(proposal.changes):
            report = proposal.report
        else:
            report = check(project, settings, self.options, known=baseline.known(settings.baseline))
        done = [one.finding for one in proposal.fixed if one.finding.place.file not in refused]
        left = [one.finding for one in proposal.fixed if one.finding.place.file in refused]
        not_fixed = [*proposal.not_fixed, *(NotFixed(f, refused[f.place.file]) for f in left)]
        if self.text:
            for finding in done:
                say(f"fixed {finding.code} {finding.place.file}:{finding.place.line}  {finding.name}")
            say("")
        return Checked(project.name, project.directory, report, Fixes(done=done, not_fixed=not_fixed))


def _as_it_is(project: Project, proposal: Proposal) -> Checked:
    edits = {one.finding: one.edits for one in proposal.fixed if one.edits}
    fixes = Fixes(edits, not_fixed=proposal.not_fixed)
    return Checked(project.name, project.directory, proposal.report, fixes)


def _show(project: Project, proposal: Proposal, *, several: bool) -> None:
    terminal = Terminal()
    for change in proposal.changes:
        shown = replace(change, file=f"{project.name}/{change.file}") if several else change
        for line in shown.diff():
            terminal.print(Text(line, _COLOURS.get(line[:1], "")), soft_wrap=True)
        terminal.print()
    for left in proposal.not_fixed:
        place = left.finding.place
        say(f"not fixed: {left.finding.code} {place.file}:{place.line}: {left.reason}")


def _agreed(files: int) -> bool:
    """Ask, where somebody can answer."""
    if not is_terminal():
        return False
    return click.confirm(f"Write {'this change' if files == 1 else f'these changes of {files} files'}?")


def is_terminal() -> bool:
    """Whether somebody reads, and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()
