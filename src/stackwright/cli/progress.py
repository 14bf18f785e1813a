"""What `up` shows while it works. Everything goes to standard error; standard output is for results."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from stackwright.engine.deployment import Event, Observer
from stackwright.errors import StackwrightError
from stackwright.graph import value_to_json
from stackwright.workspace import UpResult

_VERBS = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "read": "found"}


class Progress:
    """Shows steps as they finish.

    Args:
        quiet: show errors and the program's own output only.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._quiet = quiet

    @contextmanager
    def of(self, project: str, stack: str) -> Generator[Observer, None, None]:
        """An observer for one apply."""
        if self._quiet:
            yield self._lines_only
            return
        with self._console.status(f"{escape(project)}/{escape(stack)}: starting") as status:
            steps = _Steps(self._console, status, f"{project}/{stack}")
            yield steps.show

    def summary(self, result: UpResult) -> None:
        """What an apply came to."""
        if self._quiet:
            return
        counts = ", ".join(f"{n} {_VERBS.get(step, 'unchanged')}" for step, n in result.counts.items() if n)
        self._console.print(
            f"[bold green]up[/] {escape(result.project)}/{escape(result.stack)} at {result.endpoint}: "
            f"{counts or 'no resources'} in {result.total_seconds:.1f} s"
        )
        if result.graph.outputs:
            table = Table(box=None, show_header=False, padding=(0, 2))
            for name, value in sorted(result.graph.outputs.items()):
                shown = value_to_json(value)
                table.add_row(escape(name), escape(str(shown)), style="default")
            self._console.print(table)
        for notice in result.notices:
            self.note(notice)

    def note(self, text: str) -> None:
        """A remark."""
        if not self._quiet:
            self._console.print(f"[dim]{escape(text)}[/]")

    def error(self, error: StackwrightError) -> None:
        """An error that does not end the command."""
        self._console.print(f"[bold red]error:[/] {escape(str(error))}")

    def _lines_only(self, event: Event) -> None:
        if event.kind == "line":
            self._console.print(escape(event.text))


class _Steps:
    def __init__(self, console: Console, status: Status, title: str) -> None:
        self._console = console
        self._status = status
        self._title = title
        self._done = 0

    def show(self, event: Event) -> None:
        if event.kind == "line":
            self._console.print(f"  {escape(event.text)}")
            return
        if event.step == "same" or event.resource is None:
            return
        self._done += 1
        last = escape(f"{event.resource.type} {event.resource.name}")
        self._status.update(f"{escape(self._title)}: {self._done} done, last {last}")
