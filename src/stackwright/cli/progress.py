"""What `up` shows while it works. Everything goes to standard error; standard output is for results."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from stackwright.cli.failures import message
from stackwright.cli.findings import explained, one_line
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import shown
from stackwright.errors import StackwrightError
from stackwright.graph import SourcePosition
from stackwright.rules.finding import Finding
from stackwright.workspace import (
    Applied,
    Event,
    Explanation,
    MissingDependency,
    Observer,
    Step,
    UpResult,
    outputs_to_json,
)
from stackwright.workspace.denials import Denial
from stackwright.workspace.limits import Entry, limits

_VERBS: Final[dict[Step, str]] = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "read": "found",
    "same": "unchanged",
}


class _SteadyTerminal(Terminal):
    """A terminal whose reader may go away, as `head` does: what is coming up comes up nevertheless."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        # The interpreter must not try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class Progress:
    """Shows steps as they finish.

    Args:
        quiet: show errors and the program's own output only.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = _SteadyTerminal(stderr=True)
        self._quiet = quiet
        self._told: frozenset[str] = frozenset()

    @contextmanager
    def of(self, project: str, stack: str) -> Generator[Observer, None, None]:
        """An observer for one apply."""
        if self._quiet:
            yield self._lines_only
            return
        with self._console.status(f"{escape(project)}/{escape(stack)}: starting") as status:
            steps = _Steps(self._console, status, f"{project}/{stack}")
            yield steps.show

    def summary(self, result: UpResult, *, brief: bool = False) -> None:
        """What an apply came to.

        Args:
            brief: leave out what has been said before: outputs, pages, and what a local run does not show.
        """
        if self._quiet:
            return
        for line in [] if brief else _limits(result):
            self.note(line)
        counts = ", ".join(f"{result.counts[step]} {verb}" for step, verb in _VERBS.items() if result.counts[step])
        self._print(
            f"[bold green]up[/] {escape(result.project)}/{escape(result.stack)} at {result.endpoint}: "
            f"{counts or 'no resources'} in {result.total_seconds:.1f} s"
        )
        if not brief:
            self._table(outputs_to_json(result.graph.outputs))
            if result.pages:
                self._print("What CloudFront serves, on this machine:")
                self._table(result.pages)
        for notice in result.notices:
            self.note(notice)
        for missing in result.ordering:
            self._print(f"[bold yellow]works by luck:[/] {escape(_luck(missing))}")

    def findings(self, findings: Sequence[Finding]) -> None:
        """What `check` says will break now; what it has said before is not said again."""
        by_fingerprint = {finding.fingerprint: finding for finding in findings}
        if self._quiet:
            return
        for fingerprint, finding in by_fingerprint.items():
            if fingerprint not in self._told:
                self._print(f"[bold red]{escape(one_line(finding))}[/]")
        if self._told and not by_fingerprint:
            self.note("check finds nothing that breaks any more")
        self._told = frozenset(by_fingerprint)

    def explain(self, applied: Applied) -> None:
        """Put what `check` says of a failure beside it, before other notes."""
        failure = applied.failure
        if failure is not None:
            lines = explained(applied.explanation, self._told)
            failure.__notes__ = [*lines, *getattr(failure, "__notes__", ())]

    def denied(self, denial: Denial) -> None:
        """A call that was denied, as `check` has foretold."""
        if not self._quiet:
            self._print(f"[bold red]denied:[/] {escape(denial.says)}")
            for line in explained(Explanation(denial.findings)):
                self._print(escape(line))

    def note(self, text: str) -> None:
        """A remark."""
        if not self._quiet:
            self._print(f"[dim]{escape(text)}[/]")

    def error(self, error: StackwrightError, explanation: Explanation | None = None) -> None:
        """An error that does not end the command, and what `check` says of it."""
        self._print(f"[bold red]error:[/] {escape(message(error))}")
        for line in explained(explanation, self._told) if explanation else ():
            self._print(escape(line))

    def packages(self, results: Sequence[UpResult]) -> None:
        """The packages of functions that several stacks have, which are to be the same bytes in all of them."""
        if self._quiet or len(results) < 2:
            return
        for name in dict.fromkeys(name for result in results for name in result.packages):
            found = {result.stack: result.packages[name] for result in results if name in result.packages}
            if len(set(found.values())) > 1:
                each = ", ".join(f"{stack} {digest[:12]}" for stack, digest in found.items())
                self._print(f"[bold yellow]not one package:[/] {escape(name)}: {escape(each)}")
            elif len(found) > 1:
                self.note(f"one package in {', '.join(found)}: {name} {next(iter(found.values()))[:12]}")

    def failed(self, project: str, applied: Applied) -> None:
        """One of several stacks could not be brought up."""
        assert applied.failure is not None
        what = message(applied.failure)
        self._print(f"[bold red]error:[/] {escape(project)}/{escape(applied.stack)}: {escape(what)}")
        for note in getattr(applied.failure, "__notes__", ()):
            self._print(escape(note))

    def _table(self, values: Mapping[str, Any]) -> None:
        width = max(map(len, values), default=0)
        for name, value in values.items():
            self._print(f"  {escape(name.ljust(width))}  {escape(shown(value))}")

    def _print(self, markup: str) -> None:
        # Lines stay whole, so that values can be copied.
        self._console.print(markup, soft_wrap=True)

    def _lines_only(self, event: Event) -> None:
        if event.kind == "line":
            self._print(escape(event.text))


def _limits(result: UpResult) -> list[str]:
    """What a green run of this program does not show."""
    lines: list[str] = []
    simulated = result.simulated_types()
    if simulated:
        lines.append(f"Simulated, for the emulator does not have them: {', '.join(simulated)}")
    functions = result.simulated_functions()
    if functions:
        lines.append(f"Made up, for nothing here can be asked for them: {', '.join(functions)}")
    found = limits(result.graph)
    if found:
        lines.append(f"A local run does not show {len(found)} things that this program sets; why: stackwright limits")
    for module, entries in itertools.groupby(found, key=lambda entry: entry.type.partition("/")[0]):
        lines.append(f"  {module}: {', '.join(_name(entry) for entry in entries)}")
    return lines


def _luck(missing: MissingDependency) -> str:
    """`function` (line) needs `policy` (line); add depends_on."""
    resource = _with_line(missing.urn, missing.source)
    return f"{resource} needs {_with_line(missing.needs, missing.needs_source)}; add depends_on"


def _with_line(urn: str, source: SourcePosition | None) -> str:
    name = urn.rpartition("::")[2] if urn.startswith("urn:") else urn
    kind = urn.rpartition("::")[0].rpartition("$")[2].rpartition(":")[2]
    return f"{name}{f' ({kind}, {source})' if source else ''}"


def _name(entry: Entry) -> str:
    """`Function.vpcConfig`, or `Dashboard` for all of it."""
    kind = entry.type.rpartition(":")[2]
    return f"{kind}.{entry.property}" if entry.property else kind


class _Steps:
    def __init__(self, console: Console, status: Status, title: str) -> None:
        self._console = console
        self._status = status
        self._title = title
        self._done = 0

    def show(self, event: Event) -> None:
        if event.kind == "line":
            self._console.print(f"  {escape(event.text)}", soft_wrap=True)
            return
        if event.step == "same" or event.resource is None:
            return
        self._done += 1
        last = escape(f"{event.resource.type} {event.resource.name}")
        self._status.update(f"{escape(self._title)}: {self._done} done, last {last}")
