"""Each finding in the programs of other tests is true, and has its reason in programs.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from checked_programs import Programs

PROGRAMS = Path(__file__).parents[2] / "programs"
TABLE = tomllib.loads(Path(__file__).with_name("programs.toml").read_text(encoding="utf-8"))["finding"]
PROJECTS = sorted(path.parent for path in PROGRAMS.glob("*/Pulumi.yaml"))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_the_findings_in_a_program_are_the_ones_of_the_table(project: Path, programs: Programs) -> None:
    expected = {(e["at"], e["code"]) for e in TABLE if e["at"].startswith(f"{project.name}/")}

    report = programs.check_project(project)

    assert {(f"{project.name}/{f.place.file}:{f.place.line}", f.code) for f in report.findings} == expected


def test_every_finding_of_the_table_has_a_program_and_a_reason() -> None:
    assert {e["at"].partition("/")[0] for e in TABLE} <= {project.name for project in PROJECTS}
    assert all(e["because"] for e in TABLE)
