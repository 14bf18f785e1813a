"""A bundled system, brought up by the `stackwright` command on an emulator of the tests' own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest import mock

from stackwright.emulator.process import Emulator, EmulatorSettings, start
from stackwright.provider.aws import Endpoint
from stackwright.workspace import locate, projects
from stackwright.workspace.references import project_key

STACKWRIGHT = [sys.executable, "-c", "from stackwright.cli import main; main()"]


class CommandLine:
    """The `stackwright` command as a user runs it, in a home directory of the tests' own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "STACKWRIGHT_"))}
        ran = subprocess.run(
            [*STACKWRIGHT, *arguments],
            env={**own, "STACKWRIGHT_HOME": str(self.home), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == code, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout


@dataclass(frozen=True)
class Running:
    """A stack that is up, `endpoint` in its account and region.

    `emulator` answers what no AWS API tells: every authorization and every message.
    """

    outputs: dict[str, Any]
    endpoint: Endpoint
    emulator: Emulator


@contextmanager
def running(
    stackwright: CommandLine,
    project: Path,
    config: Mapping[str, str] | None = None,
    *,
    retry_seconds: float = 1.0,
    most_retry_seconds: float = 30.0,
    wait_scale: float = 0.1,
) -> Generator[Running]:
    """A stack whose waits are short, on an emulator of its own; see `running_stacks`."""
    with running_stacks(
        stackwright,
        project,
        [],
        config,
        retry_seconds=retry_seconds,
        most_retry_seconds=most_retry_seconds,
        wait_scale=wait_scale,
    ) as stacks:
        (stack,) = stacks.values()
        yield stack


@contextmanager
def running_stacks(
    stackwright: CommandLine,
    project: Path,
    stacks: Sequence[str],
    config: Mapping[str, str] | None = None,
    *,
    retry_seconds: float = 1.0,
    most_retry_seconds: float = 30.0,
    wait_scale: float = 0.1,
    simulated: Collection[str] = (),
) -> Generator[dict[str, Running]]:
    """Stacks of one project by name, whose waits are short, on an emulator of their own.

    Args:
        stacks: which; the project's default one when there is none.
        config: values for all of them.
        retry_seconds: wait before an asynchronous invocation that failed is tried again; doubles each time.
        most_retry_seconds: upper limit of that wait.
        simulated: types that the emulator does not have, of all that may be made up.
        wait_scale: what the waits of workflows, those before they try again included, are multiplied with.
    """
    # Where `up` finds it.
    with mock.patch.dict(os.environ, {"STACKWRIGHT_HOME": str(stackwright.home)}):
        state, _ = projects.enter(project_key(locate(str(project))))
    settings = EmulatorSettings(
        state.emulator_directory,
        lambda_async_retry_base_seconds=retry_seconds,
        lambda_async_retry_max_seconds=most_retry_seconds,
        step_functions_wait_scale=wait_scale,
        alarm_period_seconds=0.2,
        alarm_time_scale=0.01,
    )
    emulator = start(settings, lifeline=True)
    try:
        named = [part for stack in stacks for part in ("-s", stack)]
        options = [part for name, value in (config or {}).items() for part in ("-c", f"{name}={value}")]
        printed: Any = json.loads(stackwright("up", str(project), *named, *options, "--detach", "--json"))
        documents = cast("list[dict[str, Any]]", printed if isinstance(printed, list) else [printed])
        assert {document["pid"] for document in documents} == {emulator.pid}
        made_up = {kind for document in documents for kind in document["resources"]["simulated"]}
        assert made_up == set(simulated)
        endpoint = Endpoint.of(emulator)
        yield {
            document["stack"]: Running(
                document["outputs"], endpoint.within(document["account"], document["region"]), emulator
            )
            for document in documents
        }
    finally:
        emulator.stop()
