"""A patch that does not fit is refused."""

from __future__ import annotations

import sys
import types

import pytest

from stackwright.local.launcher import patching
from stackwright.local.launcher.patching import Patcher, PatchError


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
