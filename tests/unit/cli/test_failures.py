"""What a defect comes to: one message, a report for its owner only, its own exit code."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any, NoReturn

import pytest

from stackwright.cli.app import run
from stackwright.errors import Defect, ResourceError
from stackwright.workspace import reports


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise error

    monkeypatch.setattr("stackwright.cli.new.copy_system", fail)


def test_an_unforeseen_exception_is_a_defect_with_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    failing(monkeypatch, KeyError("oops"))
    assert run(["new", "uploads", "somewhere"]) == 4
    shown = capsys.readouterr()
    (report,) = (home / "reports").iterdir()
    assert shown.out == ""
    assert shown.err.count("error:") == 1
    assert "unexpected KeyError: 'oops'" in shown.err
    assert "not of the program" in shown.err
    assert str(report) in shown.err
    assert "Traceback" not in shown.err
    text = report.read_text()
    assert "in fail" in text
    for name in ("python", "platform", "stackwright", "pulumi", "pulumi-aws", "ministack", "botocore"):
        assert f"\n{name}: " in text


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    failing(monkeypatch, KeyError("oops"))
    assert run(["--debug", "new", "uploads", "somewhere"]) == 4
    assert "in fail" in capsys.readouterr().err
    failing(monkeypatch, ResourceError("no"))
    assert run(["--debug", "new", "uploads", "somewhere"]) == 2
    assert "in fail" in capsys.readouterr().err
    assert run(["new", "uploads", "somewhere"]) == 2
    assert "in fail" not in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    home.write_text("no directory")
    failing(monkeypatch, KeyError("oops"))
    assert run(["new", "uploads", "somewhere"]) == 4
    assert "in fail" in capsys.readouterr().err


def test_reports_are_for_their_owner_and_few(home: Path) -> None:
    defect = Defect("w", where="place", traceback="t", details={"inputs": "{}"})
    paths = [reports.write(defect) for _ in range(22)]
    assert stat.S_IMODE(paths[-1].stat().st_mode) == 0o600
    assert stat.S_IMODE(paths[-1].parent.stat().st_mode) == 0o700
    assert sorted((home / "reports").iterdir()) == paths[2:]
    assert "where: place" in paths[-1].read_text()
    assert "inputs: {}" in paths[-1].read_text()
