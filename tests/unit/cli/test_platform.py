"""Where the command runs, and where it does not."""

from __future__ import annotations

import sys

import pytest

from stackwright.cli import main


def test_windows_is_named_instead_of_a_missing_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert "Linux and macOS" in capsys.readouterr().err
