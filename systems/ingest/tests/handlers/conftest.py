"""Puts the handlers, and the helpers of these tests, where the tests can import them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

for folder in (HERE, HERE.parents[1] / "handlers"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the deployment tells every function."""
    monkeypatch.setenv("ENVIRONMENT", "test")
