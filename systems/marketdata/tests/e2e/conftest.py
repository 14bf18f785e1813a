"""One running stack per test process, brought up with the command line on an emulator with short waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackwright.testing.running import CommandLine, running

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from marketdata_stack import CONFIG, DEADLINE, PROJECT, Market  # noqa: E402


@pytest.fixture(scope="session")
def stackwright(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def market(stackwright: CommandLine) -> Iterator[Market]:
    with running(stackwright, PROJECT, CONFIG, retry_seconds=0.05, most_retry_seconds=0.1, wait_scale=0.001) as up:
        yield Market(up.outputs, up.endpoint, emulator=up.emulator)


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test has started ends before the next one begins."""
    yield
    if "market" in request.fixturenames:
        up: Market = request.getfixturevalue("market")
        up.eventually("all executions have ended", up.is_quiet, DEADLINE)
