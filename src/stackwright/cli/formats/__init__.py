"""How a check's report is written: for people, for scripts, and for the tools that show findings beside code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, NotChecked, Report, Suppressed
from stackwright.workspace.fixing import NotFixed


@dataclass(frozen=True)
class Fixes:
    """What can be mended in one project, or has been.

    Attributes:
        edits: of findings of the report.
        done: findings that were mended; the report is of the project after that.
        not_fixed: findings whose fix was not taken, and why.
    """

    edits: Mapping[Finding, Sequence[Edit]] = field(default_factory=dict["Finding", "Sequence[Edit]"])
    done: Sequence[Finding] = ()
    not_fixed: Sequence[NotFixed] = ()


@dataclass(frozen=True)
class Checked:
    """One project and its report.

    Attributes:
        directory: what the files in the report are relative to.
        fixes: what came of `--fix`; None when nobody asked.
    """

    name: str
    directory: Path
    report: Report
    fixes: Fixes | None = None


def summary(checked: Sequence[Checked]) -> Mapping[str, int | Mapping[str, int]]:
    """Figures over all projects."""
    severities: dict[str, int] = {}
    for one in checked:
        for severity, count in one.report.by_severity.items():
            severities[severity] = severities.get(severity, 0) + count
    reports = [one.report for one in checked]
    return {
        "projects": len(checked),
        "resources": sum(r.resources for r in reports),
        "files": sum(r.files for r in reports),
        "rules": max((r.rules for r in reports), default=0),
        "findings": sum(len(r.findings) for r in reports),
        "bySeverity": severities,
        "notChecked": sum(len(r.not_checked) for r in reports),
        "suppressed": sum(len(r.suppressed) for r in reports),
        "known": sum(len(r.known) for r in reports),
    }


__all__ = ["Checked", "Finding", "Fixes", "NotChecked", "Report", "Suppressed", "summary"]
