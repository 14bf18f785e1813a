"""What two systems' functions have in common stands in the handlers' library, once."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import combinations, product
from pathlib import Path

SYSTEMS = Path(__file__).parents[2] / "systems"
MOST = 10  # lines that two files may share in one run, besides blank ones


def test_functions_of_two_systems_share_no_long_run_of_lines() -> None:
    by_system = [lines_of(system) for system in sorted(SYSTEMS.glob("*/handlers"))]
    assert len(by_system) > 1
    shared = [
        f"{one.relative_to(SYSTEMS)} and {other.relative_to(SYSTEMS)} share {size} lines from {text[start]!r}"
        for first, second in combinations(by_system, 2)
        for (one, text), (other, again) in product(first.items(), second.items())
        for start, size in [longest(text, again)]
        if size > MOST
    ]
    assert shared == []


def lines_of(folder: Path) -> dict[Path, list[str]]:
    return {
        file: [line for raw in file.read_text(encoding="utf-8").splitlines() if (line := raw.strip())]
        for file in sorted(folder.rglob("*.py"))
    }


def longest(text: list[str], again: list[str]) -> tuple[int, int]:
    match = SequenceMatcher(None, text, again, autojunk=False).find_longest_match()
    return match.a, match.size


def test_a_copied_function_would_be_seen() -> None:
    copied = [f"line {number}" for number in range(MOST + 1)]
    assert longest(["before", *copied], [*copied, "after"]) == (1, MOST + 1)
