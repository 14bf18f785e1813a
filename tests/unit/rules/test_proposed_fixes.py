"""Fixes that were once proposed for the known mistakes: what is wrong with them is found, and nothing else.

benchmarks/fixes/<row>.py says first what the fix is, and `# expect:` where it is wrong; one without is right.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import row_cases
from checked_programs import Programs

FIXES = sorted((row_cases.ROWS.parent / "fixes").glob("*.py"))


@pytest.mark.parametrize("fix", FIXES, ids=lambda path: path.stem)
def test_what_is_said_of_a_fix_is_right(fix: Path, programs: Programs) -> None:
    files = row_cases.read(fix)

    found = {(f.code, f.place.file, f.place.line) for f in programs.check(files).findings}

    assert found == set(row_cases.expectations(files))
