"""Names that the tests of several parts use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stackwright.testing.program import Program

PROJECT = Path(__file__).resolve().parents[2]
API = ("upload", "status", "results")
FUNCTIONS = (*API, "processor")
TABLES = ("market-data", "jobs")


def states(program: Program) -> dict[str, Any]:
    """The states of large-files."""
    return json.loads(program.inputs("large-files-machine")["definition"])["States"]
