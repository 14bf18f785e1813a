"""Checks the programs in benchmarks/rows and prints, per row, what was found, missed, and false.

python benchmarks/check_rows.py [ROW]...
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

import row_cases
from checked_programs import checking_programs


def main() -> int:
    """Print the table; 1 when anything was missed or false."""
    figures: dict[str, list[int]] = {}
    details: list[str] = []
    with tempfile.TemporaryDirectory() as place, checking_programs(Path(place)) as programs:
        for case in row_cases.cases(tuple(sys.argv[1:])):
            outcome = row_cases.run(case, programs)
            row = figures.setdefault(case.row, [0, 0, 0, 0])
            for index, count in enumerate((1, len(outcome.found), len(outcome.missed), len(outcome.false))):
                row[index] += count
            details += [f"{case}: missed {code} at {file}:{line}" for code, file, line in outcome.missed]
            details += [f"{case}: false: {text}" for text in outcome.false]
    print(f"{'row':<8}{'cases':>6}{'found':>7}{'missed':>8}{'false':>7}")
    for name, row in figures.items():
        print(f"{name:<8}{row[0]:>6}{row[1]:>7}{row[2]:>8}{row[3]:>7}")
    total = [sum(column) for column in zip(*figures.values(), strict=True)] or [0, 0, 0, 0]
    print(f"{'all':<8}{total[0]:>6}{total[1]:>7}{total[2]:>8}{total[3]:>7}")
    print("\n".join(details))
    return 1 if details else 0


if __name__ == "__main__":
    sys.exit(main())
