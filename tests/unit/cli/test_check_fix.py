"""`stackwright check --fix`, from the command to the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from stackwright.cli import fixing
from stackwright.cli.check import command
from stackwright.workspace import changes

PROGRAM = """import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("inbox")
pulumi.export("objects", f"{bucket.arn}/*")  # all of them
for zone in aws.get_availability_zones_output().names:
    pulumi.export("zone", zone)
"""
MENDED = PROGRAM.replace('f"{bucket.arn}/*"', 'pulumi.Output.concat(bucket.arn, "/*")')

Check = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return tmp_path


@pytest.fixture
def check(project: Path) -> Check:
    def run(*options: str) -> Result:
        # Reading the source is enough for these findings.
        return CliRunner().invoke(command, [str(project), "--select", "OUT", *options])

    return run


def test_the_diff_comes_first_and_nothing_is_written(check: Check, project: Path) -> None:
    result = check("--fix")

    assert result.output.startswith("--- a/__main__.py\n+++ b/__main__.py\n@@ -2,6 +2,6 @@\n")
    assert '-pulumi.export("objects", f"{bucket.arn}/*")  # all of them\n' in result.output
    assert '+pulumi.export("objects", pulumi.Output.concat(bucket.arn, "/*"))  # all of them\n' in result.output
    assert "nothing was written; `--fix --write` writes this file" in result.output
    assert "2 findings" in result.output
    assert result.exit_code == 1
    assert (project / "__main__.py").read_text() == PROGRAM


def test_what_is_written_is_checked_again(check: Check, project: Path) -> None:
    result = check("--fix", "--write")

    assert (project / "__main__.py").read_text() == MENDED
    assert "fixed OUT101 __main__.py:5  output-as-text\n" in result.output
    assert "OUT103 breaks __main__.py:6" in result.output, "what remains"
    assert result.exit_code == 1
    assert "--- a/" not in check("--fix", "--write").output, "there is nothing left to fix"


def test_a_person_is_asked(check: Check, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(question: str) -> bool:
        asked.append(question)
        return len(asked) == 2

    monkeypatch.setattr(fixing, "is_terminal", lambda: True)
    monkeypatch.setattr(click, "confirm", answer)

    check("--fix")
    assert (project / "__main__.py").read_text() == PROGRAM
    check("--fix")
    assert (project / "__main__.py").read_text() == MENDED
    assert asked == ["Write this change?"] * 2


def test_scripts_get_the_edits_and_then_what_was_done(check: Check, project: Path) -> None:
    before = json.loads(check("--fix", "--format", "json").stdout)
    sarif = json.loads(check("--fix", "--format", "sarif").stdout)
    assert (project / "__main__.py").read_text() == PROGRAM
    after = json.loads(check("--fix", "--write", "--format", "json").stdout)

    text = 'pulumi.Output.concat(bucket.arn, "/*")'
    edit = {"line": 5, "column": 26, "endLine": 5, "endColumn": 43, "text": text}
    assert [f["edits"] for f in before["findings"]] == [[edit], []]
    (change,) = sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    region = {"startLine": 5, "startColumn": 26, "endLine": 5, "endColumn": 43}
    assert change["artifactLocation"] == {"uri": "__main__.py", "uriBaseId": "SRCROOT"}
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": text}}]
    assert "fixes" not in sarif["runs"][0]["results"][1]
    assert [(f["code"], f["line"]) for f in after["fixed"]] == [("OUT101", 5)]
    assert [f["code"] for f in after["findings"]] == ["OUT103"]


def test_a_file_that_changes_while_somebody_thinks_is_not_written(
    check: Check, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = changes.write

    def late(directory: Path, change: changes.Change) -> str:
        (project / "__main__.py").write_text("# new\n" + PROGRAM)
        return write(directory, change)

    monkeypatch.setattr(changes, "write", late)

    result = check("--fix", "--write", "--format", "json")

    assert (project / "__main__.py").read_text() == "# new\n" + PROGRAM
    assert "was not written: it has changed since it was checked" in result.stderr
    assert [f["reason"] for f in json.loads(result.stdout)["notFixed"]] == ["it has changed since it was checked"]
    assert result.exit_code == 1


def test_write_needs_fix(check: Check) -> None:
    assert check("--write").exception is not None


def test_who_does_not_fix_does_not_wait_for_libcst() -> None:
    program = (
        "import sys; import stackwright.cli.check; from stackwright.rules.registry import rules; rules();"
        " sys.exit('libcst' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
