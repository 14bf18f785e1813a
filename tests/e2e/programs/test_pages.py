"""The programs that pages show run, and so does the one with every component."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks, write

from stackwright.testing.program import Program
from stackwright.testing.running import CommandLine, running
from stackwright.workspace import locate

DOCS = Path(__file__).parents[3] / "docs"
# These have tests of their own.
APART = {"tutorial", "testing"}
PAGES = [
    page for page in sorted(DOCS.glob("*.md")) if page.stem not in APART and any(block.title for block in blocks(page))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_program_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.title:
            write(block, tmp_path)
    assert Program.of(tmp_path, stack=locate(str(tmp_path)).default_stack()).resources


def test_pages_have_programs() -> None:
    assert {page.stem for page in PAGES} == {"environments", "grants", "packages"}


@pytest.mark.e2e
def test_the_tests_of_the_page_on_testing_hold_for_the_example(tmp_path: Path) -> None:
    project = shutil.copytree(DOCS / "examples" / "notes", tmp_path / "notes", ignore=shutil.ignore_patterns("tests"))
    (block,) = (block for block in blocks(DOCS / "testing.md") if block.title)
    write(block, project)
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", project, project / "tests"]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.e2e
def test_every_component_comes_up(tmp_path: Path) -> None:
    with running(CommandLine(tmp_path), DOCS / "examples" / "components") as shop:
        assert shop.outputs["url"].startswith("http://127.0.0.1")
