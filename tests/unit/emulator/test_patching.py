"""A patch that does not fit is refused."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from stackwright.emulator.launcher import patching
from stackwright.emulator.launcher.patching import Patcher, PatchError


@pytest.fixture
def patcher(monkeypatch: pytest.MonkeyPatch) -> Patcher:
    monkeypatch.setattr("sys.meta_path", list(sys.meta_path))
    return Patcher()


def module() -> types.SimpleNamespace:
    def greet(name: str, loud: bool = False) -> str:
        return name.upper() if loud else name

    return types.SimpleNamespace(__name__="service", greet=greet)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patching, "PINNED", "0.0.1")
    with pytest.raises(PatchError, match=r"for 0\.0\.1 only"):
        Patcher()


def test_a_missing_or_changed_function_is_refused(patcher: Patcher) -> None:
    with pytest.raises(PatchError, match=r"service\.leave is not in MiniStack"):
        patcher.replace(module(), "leave", print, parameters="name")
    with pytest.raises(PatchError, match=r"takes \(name loud\), not \(name\)"):
        patcher.replace(module(), "greet", print, parameters="name")


def test_a_replacement_that_was_undone_is_noticed(patcher: Patcher) -> None:
    service = module()
    original = patcher.replace(service, "greet", lambda name, loud: "patched", parameters="name loud")
    patcher.verify()
    service.greet = original
    with pytest.raises(PatchError, match="not in place"):
        patcher.verify()


def test_of_two_replacements_both_must_fit_the_original(patcher: Patcher) -> None:
    service = module()
    with patcher.applying("inner"):
        patcher.replace(service, "greet", lambda *everything: "inner", parameters="name loud")
    with patcher.applying("outer"):
        inner = patcher.replace(service, "greet", lambda *everything: "outer", parameters="name loud")

    assert (service.greet("x"), inner("x")) == ("outer", "inner")
    assert patcher.replaced["service.greet"].patches == ["inner", "outer"]
    patcher.verify()


def test_a_name_that_is_used_must_be_there(patcher: Patcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "used_service", types.SimpleNamespace(__name__="used_service", _Worker=Worker))  # type: ignore[arg-type]

    patcher.require("used_service", "_Worker _Worker.work _Worker._own")

    for absent in ("_gone", "_Worker.gone", "_Worker._gone"):
        with pytest.raises(PatchError, match=rf"used_service\.{absent} is not in MiniStack"):
            patcher.require("used_service", f"_Worker {absent}")


def test_a_missing_name_is_found_when_everything_is_imported(
    patcher: Patcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "late_service.py").write_text("_here = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    patcher.require("late_service", "_here _renamed")
    with pytest.raises(PatchError, match=r"late_service\._renamed"):
        patcher.import_all()


class Worker:
    def __init__(self) -> None:
        self._own = 1

    def work(self) -> int:
        return self._own
