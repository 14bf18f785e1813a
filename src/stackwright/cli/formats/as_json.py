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
        return [{**({"project": one.name} if several else {}), **entry.to_json()} for one, entry in listed]

    report = {
        "findings": entries([(one, entry) for one in checked for entry in one.report.findings]),
        "notChecked": entries([(one, entry) for one in checked for entry in one.report.not_checked]),
        "suppressed": entries([(one, entry) for one in checked for entry in one.report.suppressed]),
        "summary": summary(checked),
    }
    return json.dumps(report, indent=2)
