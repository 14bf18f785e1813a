"""One running stack per test process, brought up with the command line on an emulator with short waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
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
    settings = EmulatorSettings(
        # Where `up` finds it.
        state_dir=stackwright.home / "storefront" / "emulator",
        lambda_async_retry_base_seconds=0.05,
        lambda_async_retry_max_seconds=0.1,
        step_functions_wait_scale=0.1,
        alarm_period_seconds=0.2,
        alarm_time_scale=0.01,
    )
    emulator = start(settings, lifeline=True)
    try:
        document = json.loads(stackwright("up", str(PROJECT), "--detach", "--json"))
        assert document["pid"] == emulator.pid
        assert document["resources"]["simulated"] == []
        endpoint = Endpoint(emulator.endpoint, emulator.account, emulator.region)
        yield Storefront(document["outputs"], endpoint, emulator=emulator)
    finally:
        emulator.stop()
