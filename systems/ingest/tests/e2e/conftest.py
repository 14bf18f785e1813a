"""The three environments, brought up at once with the command line, each in an account of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackwright.testing.running import CommandLine, running_stacks

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from ingest_stack import PROJECT, Stack  # noqa: E402


@pytest.fixture(scope="session")
def stackwright(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def stacks(stackwright: CommandLine) -> Iterator[dict[str, Stack]]:
    autoscaling = ("aws:appautoscaling/policy:Policy", "aws:appautoscaling/target:Target")
    with running_stacks(
        stackwright,
        PROJECT,
        ["dev", "staging", "prod"],
        retry_seconds=0.05,
        most_retry_seconds=0.1,
        simulated=autoscaling,
    ) as up:
        yield {name: Stack(each.outputs, each.endpoint, emulator=each.emulator) for name, each in up.items()}


@pytest.fixture(scope="session")
def dev(stacks: dict[str, Stack]) -> Stack:
    return stacks["dev"]


@pytest.fixture(scope="session")
def staging(stacks: dict[str, Stack]) -> Stack:
    return stacks["staging"]


@pytest.fixture(scope="session")
def prod(stacks: dict[str, Stack]) -> Stack:
    return stacks["prod"]
