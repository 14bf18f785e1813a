"""One running stack per test process, brought up with the command line on an emulator with short waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from storefront_command import PROJECT, CommandLine  # noqa: E402
from storefront_stack import Storefront  # noqa: E402

from stackwright.local.aws import Endpoint  # noqa: E402
from stackwright.local.emulator import EmulatorSettings, start  # noqa: E402


@pytest.fixture(scope="session")
def stackwright(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def storefront(stackwright: CommandLine) -> Iterator[Storefront]:
    with running(stackwright, lambda_async_retry_base_seconds=0.05, lambda_async_retry_max_seconds=0.1) as stack:
        yield stack


@pytest.fixture(scope="session")
def guarded_command(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command, where the stack that is up is `guarded`."""
    return CommandLine(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="session")
def guarded(guarded_command: CommandLine) -> Iterator[Storefront]:
    """A stack that asks for API keys, takes few requests, and lets failed events wait before they are tried again."""
    config = {"api_key_required": "true", "api_throttle_rate": "5", "api_throttle_burst": "5"}
    with running(
        guarded_command, config, lambda_async_retry_base_seconds=3.0, lambda_async_retry_max_seconds=3.0
    ) as stack:
        yield stack


@contextmanager
def running(
    stackwright: CommandLine, config: Mapping[str, str] | None = None, **settings: float
) -> Iterator[Storefront]:
    """A stack on an emulator of its own."""
    emulator = start(
        EmulatorSettings(
            # Where `up` finds it.
            state_dir=stackwright.home / "storefront" / "emulator",
            step_functions_wait_scale=0.1,
            alarm_period_seconds=0.2,
            alarm_time_scale=0.01,
            **settings,
        ),
        lifeline=True,
    )
    try:
        options = [part for name, value in (config or {}).items() for part in ("-c", f"{name}={value}")]
        document = json.loads(stackwright("up", str(PROJECT), *options, "--detach", "--json"))
        assert document["pid"] == emulator.pid
        assert document["resources"]["simulated"] == []
        endpoint = Endpoint(emulator.endpoint, emulator.account, emulator.region)
        yield Storefront(document["outputs"], endpoint, emulator=emulator)
    finally:
        emulator.stop()
