"""Text for people: each finding with the lines it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from stackwright.cli.formats import Checked, Finding, summary
from stackwright.rules.finding import ERRORS, Place
from stackwright.rules.fixing import is_fixable
from stackwright.rules.lines import Lines

_AROUND: Final = 1  # lines before and after
_COLOURS: Final = {"breaks": "red", "leaks": "red", "loses": "red", "exposes": "red", "preference": "yellow"}


def lines(checked: Sequence[Checked]) -> Iterator[Text]:
    """What is printed, line by line."""
    several = len(checked) > 1
    for one in checked:
        sources = Lines(one.directory)
        prefix = f"{one.name}/" if several else ""
        for finding in one.report.findings:
            yield from _finding(finding, sources, prefix)
            yield Text()
        for entry in one.report.not_checked:
            yield Text.assemble(
                (f"{entry.code} ", "bold"), ("not checked ", "yellow"), _where(entry.place, prefix), f": {entry.value}"
            )
            yield Text(f"  {entry.reason}", "dim")
        for accepted in one.report.suppressed:
            found = accepted.finding
            yield Text(f"{found.code} accepted {_where(found.place, prefix)}: {accepted.reason}", "dim")
    yield Text(_summary(checked))
    mendable = sum(is_fixable(f) for one in checked if one.fixes is None for f in one.report.findings)
    if mendable:
        total = sum(len(one.report.findings) for one in checked)
        which = f"{mendable} of them" if total > 1 else "it"
        yield Text(f"--fix tries to mend {which}, and shows how", "dim")


def _finding(finding: Finding, sources: Lines, prefix: str) -> Iterator[Text]:
    colour = _COLOURS.get(finding.severity, "cyan")
    yield Text.assemble(
        (finding.code, f"bold {colour}"),
        (f" {finding.severity} ", colour),
        (_where(finding.place, prefix) or finding.place.urn, "bold"),
        (f"  {finding.name}", "dim"),
    )
    yield Text(f"  {finding.message}")
    yield from _excerpt(finding.place, sources, colour)
    for other in finding.related:
        yield Text.assemble(("  ", ""), (f"{other.message}: ", "dim"), _where(other.place, prefix) or other.place.urn)
        if (other.place.file, other.place.line) != (finding.place.file, finding.place.line):
            yield from _excerpt(other.place, sources, "cyan", around=0)
    for number, line in enumerate(finding.fix.splitlines()):
        yield Text.assemble(("  fix: " if number == 0 else "       ", "green"), line)


def _excerpt(place: Place, sources: Lines, colour: str, around: int = _AROUND) -> Iterator[Text]:
    texts = sources.lines(place.file) if place.file else []
    if not 0 < place.line <= len(texts):
        return
    first, last = max(1, place.line - around), min(len(texts), place.line + around)
    width = len(str(last))
    for number in range(first, last + 1):
        is_it = number == place.line
        mark = ("  > ", colour) if is_it else "    "
        yield Text.assemble(mark, (f"{number:>{width}} | ", "dim"), (texts[number - 1], "" if is_it else "dim"))
        if is_it and place.column:
            yield Text.assemble(" " * (4 + width), (" | ", "dim"), " " * (place.column - 1), ("^", colour))


def _where(place: Place, prefix: str) -> str:
    if not place.file:
        return ""
    return (
        f"{prefix}{place.file}"
        + (f":{place.line}" if place.line else "")
        + (f":{place.column}" if place.column else "")
    )


def _summary(checked: Sequence[Checked]) -> str:
    figures = summary(checked)
    found = figures["findings"]
    parts = [f"{found} finding{'' if found == 1 else 's'}" if found else "no findings"]
    errors = sum(f.severity in ERRORS for one in checked for f in one.report.findings)
    if errors and errors != found:
        parts.append(f"{errors} of them faults")
    for key, what in (("notChecked", "not checked"), ("suppressed", "accepted"), ("known", "in the baseline")):
        if figures[key]:
            parts.append(f"{figures[key]} {what}")
    asked = f"{figures['rules']} rules, {figures['resources']} resources, {figures['files']} files"
    return f"{', '.join(parts)} ({asked})"
