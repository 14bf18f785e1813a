"""How a comparison of environments is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from stackwright.cli.terminal import Terminal
from stackwright.environments.comparing import ABSENT
from stackwright.environments.report import Finding, Report, Verdict

# More columns than this are no longer read side by side: their values are grouped.
_COLUMNS: Final = 4
# Of the differences that may be, as many are shown at first.
_FOLDED: Final = 12
_LONGEST: Final = 160
_ORDER: Final[tuple[Verdict, ...]] = ("forbidden", "shown", "allowed", "same")
_TITLES: Final[Mapping[Verdict, str]] = {
    "forbidden": "[bold red]must not differ[/]",
    "shown": "[bold yellow]differ[/]",
    "allowed": "[bold green]may differ[/]",
    "same": "[bold]are the same[/]",
}


class Matrix:
    """Prints a report.

    Args:
        everything: also what is the same, and all that may differ.
    """

    def __init__(self, report: Report, *, everything: bool) -> None:
        self._report = report
        self._everything = everything
        self._terminal = Terminal()

    def show(self) -> None:
        """Print all of it."""
        report = self._report
        stacks = ", ".join(f"{s} (from its example)" if s in report.templates else s for s in report.stacks)
        self._line(f"[bold]{escape(report.project)}[/]: {escape(stacks)}")
        if len(report.stacks) < 2:
            self._line("One stack; there is nothing to compare it with.")
        for stack, failure in report.failures.items():
            self._line(f"[bold red]{escape(stack)} is refused:[/] {escape(failure)}")
        for note in report.notes:
            self._line(f"[dim]{escape(note)}[/]")
        self._settings()
        self._findings()
        self._artifacts()
        self._summary()

    def _settings(self) -> None:
        for verdict, rows in _grouped(self._report.settings, lambda setting: setting.verdict):
            if verdict == "same" and not self._everything:
                self._line(f"\nSettings that are the same: {escape(', '.join(self._short(s.key) for s in rows))}")
                continue
            self._line(f"\nSettings that {_TITLES[verdict]}")
            self._table([(self._short(setting.key), setting.values) for setting in rows], header=True)

    def _findings(self) -> None:
        for verdict, rows in _grouped(self._report.findings, lambda finding: finding.verdict):
            folded = _alike(rows)
            limit = None if self._everything or verdict != "allowed" else _FOLDED
            self._line(f"\nResources that {_TITLES[verdict]}")
            for (title, because), group in groupby(folded[:limit], key=_title):
                self._line(f"  {title}" + (f"\n    [dim]{escape(because)}[/]" if because else ""))
                self._table([_property_row(each) for each in group], header=False)
            if limit is not None and len(folded) > limit:
                self._line(f"[dim]… and {len(folded) - limit} more that may: --all[/]")

    def _artifacts(self) -> None:
        if not self._report.artifacts:
            return
        self._line("\n[bold]Packages of functions[/] (SHA-256)")
        for artifact in self._report.artifacts:
            name = escape(artifact.name)
            if artifact.is_one:
                (digest,) = set(artifact.digests.values())
                everywhere = len(artifact.digests) == len(self._report.stacks)
                where = "" if everywhere else f" in {', '.join(artifact.digests)} only"
                self._line(f"  {name}: {digest[:16]}…{escape(where)}")
            else:
                each = ", ".join(f"{stack} {digest[:16]}…" for stack, digest in artifact.digests.items())
                self._line(f"  {name}: [red]not the same[/]: {escape(each)}")

    def _summary(self) -> None:
        report = self._report
        counts = {
            verdict: sum(each.verdict == verdict for each in (*report.settings, *report.findings)) for verdict in _ORDER
        }
        self._line(
            f"\n{counts['forbidden']} must not differ, {counts['shown']} differ, {counts['allowed']} may differ"
            + ("" if report.is_declared else "; Pulumi.yaml declares nothing, see docs/environments.md")
        )

    def _table(self, rows: Sequence[tuple[str, Mapping[str, Any]]], *, header: bool) -> None:
        stacks = list(self._report.stacks)
        columns = stacks if len(stacks) <= _COLUMNS else ["values"]
        label = max(20, self._terminal.width * 2 // 5)
        width = (self._terminal.width - label - 2) // len(columns) - 2
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=header, header_style="dim")
        table.add_column("", width=label, overflow="fold")
        for column in columns:
            table.add_column(escape(column), width=width, overflow="fold")
        for name, values in rows:
            shown = {stack: _shown(values[stack]) if stack in values else "?" for stack in stacks}
            given = [shown[stack] for stack in stacks] if columns == stacks else [_by_value(shown)]
            table.add_row(f"    {escape(name)}", *map(escape, given))
        self._terminal.print(table)

    def _short(self, key: str) -> str:
        return key.removeprefix(f"{self._report.project}:")

    def _line(self, markup: str) -> None:
        self._terminal.print(markup)


def _grouped(rows: Iterable[Any], verdict: Callable[[Any], Verdict]) -> list[tuple[Verdict, list[Any]]]:
    in_order = sorted(rows, key=lambda row: _ORDER.index(verdict(row)))
    return [(name, list(group)) for name, group in groupby(in_order, key=verdict)]


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Those that say the same of several resources, together."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        difference = finding.difference
        values = json.dumps(dict(difference.values), sort_keys=True, default=str)
        name = difference.name if not difference.path else ""
        groups.setdefault(f"{difference.type} {difference.path} {name} {values} {finding.because}", []).append(finding)
    return list(groups.values())


def _title(findings: Sequence[Finding]) -> tuple[str, str]:
    """The resource, or the first of several, and why the verdict is what it is."""
    first = findings[0].difference
    names = [each.difference.name for each in findings]
    named = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    kind = first.type.rpartition(":")[2]
    text = f"[bold]{escape(named)}[/] [dim]{escape(kind)}{_place(first.where)}[/]"
    return text, findings[0].because if findings[0].verdict == "forbidden" else ""


def _property_row(findings: Sequence[Finding]) -> tuple[str, Mapping[str, Any]]:
    first = findings[0].difference
    parts = f"all of it, {first.parts} resources" if first.parts > 1 else "all of it"
    return first.path or parts, first.values


def _place(where: str) -> str:
    return f", {escape(where)}" if where else ""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    if value == ABSENT:
        return ABSENT
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _by_value(shown: Mapping[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for stack, value in shown.items():
        groups.setdefault(value, []).append(stack)
    return "\n".join(f"{value}: {', '.join(stacks)}" for value, stacks in groups.items())
