"""The programs in benchmarks/rows: mistakes are found at their lines, and repaired twins have none."""

from __future__ import annotations

import pytest
import row_cases
from checked_programs import Programs

CASES = list(row_cases.cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_is_found_at_its_line_and_its_repair_is_clean(case: row_cases.Case, programs: Programs) -> None:
    outcome = row_cases.run(case, programs)

    assert outcome.missed == ()
    assert outcome.false == ()
