"""Puts the handlers, and the helpers of these tests, where the tests can import them."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3
import pytest

HERE = Path(__file__).resolve().parent

for folder in (HERE, HERE.parents[1] / "handlers"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the deployment tells every function, and what Lambda does."""
    monkeypatch.setenv("ENVIRONMENT", "test")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
