"""What the emulator's process and a handler's process get as environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackwright.emulator.launcher.environment import child_environment
from stackwright.emulator.launcher.function.environment import Placement, handler_environment
from stackwright.emulator.process import EmulatorSettings

PLACEMENT = Placement(Path("/code"), Path("/sdk"), Path("/t"), "stream", "http://127.0.0.1:1", "eu-west-1")
CONFIG = {"FunctionName": "f", "Handler": "app.handler", "Runtime": "python3.13", "MemorySize": 256}


def test_nothing_of_the_host_reaches_the_emulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SECRET", "x")
    environment = child_environment(EmulatorSettings(state_dir=tmp_path), tmp_path, 1234)
    assert "AWS_PROFILE" not in environment
    assert "SECRET" not in environment
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert "PYTHONDONTWRITEBYTECODE" not in child_environment(EmulatorSettings(state_dir=tmp_path), tmp_path, 1234)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert child_environment(EmulatorSettings(state_dir=tmp_path), tmp_path, 1234)["PYTHONDONTWRITEBYTECODE"] == "1"
    assert environment["AUTH"] == "true"
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["GATEWAY_PORT"] == "1234"
    assert environment["PERSIST_STATE"] == environment["S3_PERSIST"] == "0"


def test_persist_covers_s3_too_and_extra_wins(tmp_path: Path) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, persist=True, extra={"LOG_LEVEL": "DEBUG"})
    environment = child_environment(settings, tmp_path, 1)
    assert environment["PERSIST_STATE"] == environment["S3_PERSIST"] == "1"
    assert environment["LOG_LEVEL"] == "DEBUG"


def test_reserved_variables_cannot_be_declared() -> None:
    config = {**CONFIG, "Environment": {"Variables": {"AWS_REGION": "x", "AWS_SECRET_ACCESS_KEY": "x", "MINE": "1"}}}
    environment = handler_environment(config, {"AWS_SECRET_ACCESS_KEY": "real", "AWS_SESSION_TOKEN": ""}, PLACEMENT)
    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["AWS_SECRET_ACCESS_KEY"] == "real"
    assert "AWS_SESSION_TOKEN" not in environment
    assert environment["MINE"] == "1"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/f"


def test_a_function_keeps_its_own_endpoint() -> None:
    config = {**CONFIG, "Environment": {"Variables": {"AWS_ENDPOINT_URL": "http://else"}}}
    assert handler_environment(config, {}, PLACEMENT)["AWS_ENDPOINT_URL"] == "http://else"
    assert handler_environment(CONFIG, {}, PLACEMENT)["AWS_ENDPOINT_URL"] == PLACEMENT.endpoint


def test_json_logging_is_announced_to_the_runtime() -> None:
    config = {**CONFIG, "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/shop"}}
    environment = handler_environment(config, {}, PLACEMENT)
    assert environment["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    assert environment["AWS_LAMBDA_LOG_LEVEL"] == "INFO"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == "/shop"
