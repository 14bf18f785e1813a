"""JSON: one object for all projects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stackwright.cli.formats import Checked, Finding, NotChecked, Suppressed, summary


def text(checked: Sequence[Checked]) -> str:
    """The report. With several projects, each entry says whose it is."""
    several = len(checked) > 1

    def entries(listed: Sequence[tuple[Checked, Finding | NotChecked | Suppressed]]) -> list[dict[str, Any]]:
        return [{**_whose(one, several), **entry.to_json(), **_edits(one, entry)} for one, entry in listed]

    report = {
        "findings": entries([(one, entry) for one in checked for entry in one.report.findings]),
        **_fixes(checked, several),
        "notChecked": entries([(one, entry) for one in checked for entry in one.report.not_checked]),
        "suppressed": entries([(one, entry) for one in checked for entry in one.report.suppressed]),
        "summary": summary(checked),
    }
    return json.dumps(report, indent=2)


def _whose(one: Checked, several: bool) -> dict[str, str]:
    return {"project": one.name} if several else {}


def _edits(one: Checked, entry: Finding | NotChecked | Suppressed) -> dict[str, Any]:
    """What `--fix` would write; of other entries, and without `--fix`, nothing is said."""
    if one.fixes is None or not isinstance(entry, Finding):
        return {}
    return {"edits": [edit.to_json() for edit in one.fixes.edits.get(entry, ())]}


def _fixes(checked: Sequence[Checked], several: bool) -> dict[str, Any]:
    asked = [(one, one.fixes) for one in checked if one.fixes is not None]
    if not asked:
        return {}
    return {
        "fixed": [{**_whose(one, several), **f.to_json()} for one, fixes in asked for f in fixes.done],
        "notFixed": [
            {**_whose(one, several), **n.finding.to_json(), "reason": n.reason}
            for one, fixes in asked
            for n in fixes.not_fixed
        ],
    }
