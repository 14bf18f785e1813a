"""One running stack per test process, brought up with the command line on an emulator with short waits."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackwright.testing.browser import MISSING, Browser, browser, find_browser
from stackwright.testing.running import CommandLine, running

HERE = Path(__file__).resolve().parent

if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from storefront_stack import PROJECT, Storefront  # noqa: E402


@pytest.fixture(scope="session")
def stackwright(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def storefront(stackwright: CommandLine) -> Iterator[Storefront]:
    with running(stackwright, PROJECT, retry_seconds=0.05, most_retry_seconds=0.1) as stack:
        yield Storefront(stack.outputs, stack.endpoint, emulator=stack.emulator)


@pytest.fixture(scope="session")
def guarded_command(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command, where the stack that is up is `guarded`."""
    return CommandLine(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="session")
def guarded(guarded_command: CommandLine) -> Iterator[Storefront]:
    """A stack that asks for API keys, takes few requests, and lets failed events wait before they are tried again."""
    config = {"api_key_required": "true", "api_throttle_rate": "5", "api_throttle_burst": "5"}
    with running(guarded_command, PROJECT, config, retry_seconds=3.0, most_retry_seconds=3.0) as stack:
        yield Storefront(stack.outputs, stack.endpoint, emulator=stack.emulator)


@pytest.fixture(scope="session")
def api_key(guarded: Storefront) -> str:
    """What a caller of the guarded stack needs."""
    return guarded.client("apigateway").get_api_key(apiKey=guarded.outputs["api_key_id"], includeValue=True)["value"]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        # Where tests decide what is merged, nothing may be left out.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with browser(program, tmp_path_factory.mktemp("browser")) as started:
        yield started
