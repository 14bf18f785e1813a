"""One running stack per test process, brought up with the command line on an emulator with short waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackwright.testing.roles import Role
from stackwright.testing.running import CommandLine, running

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from uploads_roles import function_role, rule_role, workflow_role  # noqa: E402
from uploads_stack import CONFIG, DEADLINE, PROJECT, Stack  # noqa: E402


@pytest.fixture(scope="session")
def stackwright(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def stack(stackwright: CommandLine) -> Iterator[Stack]:
    with running(stackwright, PROJECT, CONFIG, retry_seconds=0.05, most_retry_seconds=0.1) as up:
        yield Stack(up.outputs, up.endpoint, emulator=up.emulator)


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test has started ends before the next one begins."""
    yield
    if "stack" in request.fixturenames:
        running: Stack = request.getfixturevalue("stack")
        running.eventually("all executions have ended", running.is_quiet, DEADLINE)


@pytest.fixture(scope="session")
def function(stack: Stack) -> Role:
    return function_role(stack)


@pytest.fixture(scope="session")
def workflow(stack: Stack) -> Role:
    return workflow_role(stack)


@pytest.fixture(scope="session")
def rule(stack: Stack) -> Role:
    return rule_role(stack)
