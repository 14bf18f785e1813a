"""The tutorial, followed from an empty folder with the wheel: its files, its commands, and what they print."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from documents import Block, blocks, missing, write

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "tutorial.md"
INSTALLS = "pip install"


def shell(commands: str, folder: Path, home: Path, python: Path) -> str:
    """What the commands print, in the environment of a Python."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "PYTHONPATH", "STACKWRIGHT_"))}
    path = f"{python.parent}{os.pathsep}{own['PATH']}"
    ran = subprocess.run(
        ["sh", "-euc", commands],
        cwd=folder,
        env={**own, "PATH": path, "STACKWRIGHT_HOME": str(home), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


@pytest.mark.e2e
def test_the_tutorial_does_what_it_says(outside: Path, tmp_path: Path) -> None:
    folder, home = tmp_path / "letters", tmp_path / "home"
    folder.mkdir()
    said = ""
    shown = 0
    try:
        for block in blocks(PAGE):
            if block.title:
                write(block, folder)
            elif block.language == "sh" and INSTALLS not in block.text:
                # What it installs is in the environment of `outside` already.
                said = shell(block.text, folder, home, outside)
            elif block.language == "text":
                assert missing(block.text, said) == [], said
                shown += 1
    finally:
        shell("stackwright down --all --purge", folder, home, outside)
    assert shown == 5


@pytest.mark.parametrize(
    ("shown", "left"),
    [("a …\nc", []), ("c\na", ["a"]), ("a", ["a"]), ("…\nb 2", []), ("b …3", ["b …3"])],
)
def test_output_is_compared_line_by_line(shown: str, left: list[str]) -> None:
    assert missing(shown, "a 1\nb 2\nc\n") == left


def test_a_block_with_a_title_is_a_file(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('```python title="a/b.py"\nx = 1\n```\n\n```sh\nls\n```\n')
    assert list(blocks(page)) == [Block("python", "a/b.py", "x = 1\n"), Block("sh", "", "ls\n")]
