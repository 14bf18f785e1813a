"""Annotations of GitHub Actions.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from stackwright.cli.formats import Checked
from stackwright.cli.text import plain
from stackwright.rules.finding import ERRORS


def lines(checked: Sequence[Checked]) -> Iterator[str]:
    """One command for each finding; files are relative to the workspace."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    for one in checked:
        for finding in one.report.findings:
            place = finding.place
            properties: dict[str, object] = {}
            if place.file:
                properties["file"] = os.path.relpath(one.directory.resolve() / place.file, workspace)
                properties |= {"line": max(place.line, 1)} | ({"col": place.column} if place.column else {})
            properties["title"] = f"{finding.code} {finding.name}"
            level = "error" if finding.severity in ERRORS else "warning"
            said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
            yield f"::{level} {said}::{_data(f'{finding.message}{chr(10)}Fix: {finding.fix}')}"


def _data(value: str) -> str:
    value = "\n".join(plain(line) for line in value.split("\n"))
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
