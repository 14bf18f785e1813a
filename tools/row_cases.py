"""The cases in benchmarks/rows: programs with one mistake, and the same programs without it.

    benchmarks/rows/<row>/<case>/faulty.py, repaired.py      programs of one file
    benchmarks/rows/<row>/<case>/faulty/…, repaired/…        of several; begins with __main__.py
    benchmarks/rows/fine/<case>.py, or <case>/…              programs that look bad and are fine

A comment `# expect: API101` at the end of a line says what must be found there. The faulty program must have nothing
less; the repaired one and those in `fine` must have no finding at all. The profile is the default one, or that of a
first line `# profile: stackwright`, for a row that is a preference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checked_programs import Programs
from previews import false_in_preview

from stackwright.rules.settings import PROFILES, Settings

ROWS = Path(__file__).parents[1] / "benchmarks/rows"
_PROFILE = re.compile(r"# profile: (\w+)\n")
_EXPECTED = re.compile(r"# expect: ([A-Z0-9, ]+)\s*$", re.MULTILINE)

Expectation = tuple[str, str, int]
"""Code, file, line."""


@dataclass(frozen=True)
class Case:
    """A program with a mistake and its repaired twin; a program that is fine has no faulty twin."""

    row: str
    name: str
    repaired: Path
    faulty: Path | None = None

    def __str__(self) -> str:
        return f"{self.row}/{self.name}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        found, missed: expectations.
        false: findings in the repaired twin, those that only a preview has, and rules of ours that failed.
    """

    case: Case
    found: tuple[Expectation, ...]
    missed: tuple[Expectation, ...]
    false: tuple[str, ...]


def cases(rows: tuple[str, ...] = ()) -> Iterator[Case]:
    """All cases, or those of some rows, in order."""
    for row in sorted(ROWS.iterdir(), key=lambda path: (path.name[:2], int(path.name[3:]) if "-" in path.name else 0)):
        if not row.is_dir() or (rows and row.name not in rows):
            continue
        for place in sorted(row.iterdir()):
            if row.name == "fine":
                yield Case("fine", place.stem, place)
            elif place.is_dir():
                yield Case(row.name, place.name, _twin(place, "repaired"), _twin(place, "faulty"))


def run(case: Case, programs: Programs) -> Outcome:
    """Check both programs of a case."""
    found: list[Expectation] = []
    missed: list[Expectation] = []
    wrong: list[str] = []
    if case.faulty is not None:
        files = read(case.faulty)
        report = programs.check(files, settings=settings(files))
        seen = {(f.code, f.place.file, f.place.line) for f in report.findings}
        for expected in expectations(files):
            (found if expected in seen else missed).append(expected)
        if not found and not missed:
            missed.append(("no line says `# expect:`", str(case.faulty), 0))
        wrong += false_in_preview(report)
    files = read(case.repaired)
    repaired = programs.check(files, settings=settings(files))
    wrong += [f"{f.code} {f.place.file}:{f.place.line} {f.message}" for f in repaired.findings]
    wrong += false_in_preview(repaired)
    return Outcome(case, tuple(found), tuple(missed), tuple(wrong))


def settings(files: dict[str, str]) -> Settings:
    """The profile that a program wants to be judged by."""
    named = _PROFILE.match(files["__main__.py"])
    return Settings(profile=next(p for p in PROFILES if p == named[1])) if named else Settings()


def read(place: Path) -> dict[str, str]:
    """The files of a program, by path."""
    if place.is_file():
        return {"__main__.py": place.read_text(encoding="utf-8")}
    paths = sorted(p for p in place.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {str(p.relative_to(place)): p.read_text(encoding="utf-8") for p in paths}


def expectations(files: dict[str, str]) -> list[Expectation]:
    """What comments say must be found."""
    found: list[Expectation] = []
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for codes in _EXPECTED.findall(line):
                found.extend((code.strip(), name, number) for code in codes.split(","))
    return found


def _twin(place: Path, name: str) -> Path:
    file = place / f"{name}.py"
    return file if file.is_file() else place / name
