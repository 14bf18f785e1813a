"""Runs small real Pulumi programs against the engine."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stackwright.engine.deployment.deployment import Deployment, Event, Mode
from stackwright.engine.deployment.ordering import Rules
from stackwright.engine.program.child import Start
from stackwright.engine.program.child import start as new_process
from stackwright.engine.program.runner import run_program
from stackwright.engine.program.standby import Standby
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.provider import Provider
from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import StackwrightError
from stackwright.graph import Graph, Properties, Resource, Unknown
from stackwright.workspace.interpreters import forking

PREAMBLE = "import pulumi\n"


@dataclass
class Run:
    """What came of a program."""

    deployment: Deployment
    error: StackwrightError | None
    events: list[Event]

    @property
    def graph(self) -> Graph:
        return self.deployment.graph()

    @property
    def outputs(self) -> Properties:
        return self.graph.outputs

    @property
    def lines(self) -> list[str]:
        return [d.message for d in self.graph.diagnostics]

    def named(self, name: str) -> Resource:
        """The only resource of that logical name."""
        (found,) = [r for r in self.graph if r.name == name]
        return found


Runner = Callable[..., Run]


@pytest.fixture(scope="session")
def forked() -> Iterator[Start]:
    """Starts programs by an interpreter that has imported the SDK."""
    with forking(sys.executable, ["pulumi_aws.sqs", "pulumi_random"]) as start:
        yield start


@pytest.fixture
def run(tmp_path: Path, forked: Start) -> Runner:
    """Run a program given as text, or as files by name; everything else as keywords.

    With variables of its own a program gets a process of its own, for some are read when an interpreter starts.
    """

    def run(
        program: str | Mapping[str, str],
        *,
        mode: Mode = "simulated",
        project: str = "name: shop\nruntime: python\n",
        stack_file: str = "",
        provider: Provider | None = None,
        previous: Graph | None = None,
        environment: Mapping[str, str] | None = None,
        stack_outputs: Callable[[str], Properties | Unknown] | None = None,
        finish: bool = False,
        fails: bool = False,
        dry_run: bool | None = None,
        parallel: int = 4,
        rules: Rules | None = None,
    ) -> Run:
        files = {"__main__.py": program} if isinstance(program, str) else program
        for name, text in {"Pulumi.yaml": project, "Pulumi.dev.yaml": stack_file, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = textwrap.dedent(text)
            path.write_text(PREAMBLE + text if name.endswith("__main__.py") else text)
        loaded = projects.load(tmp_path)
        config = loaded.config("dev")
        events: list[Event] = []
        more: dict[str, Any] = {} if stack_outputs is None else {"stack_outputs": stack_outputs}
        deployment = Deployment(
            project=loaded.name,
            stack="dev",
            mode=mode,
            provider=provider or Simulated(),
            previous=previous,
            settings=config.of,
            observe=events.append,
            rules=rules,
            **more,
        )
        result = Run(deployment, None, events)
        try:
            run_program(
                loaded,
                "dev",
                config,
                deployment,
                dry_run=mode == "unknown" if dry_run is None else dry_run,
                parallel=parallel,
                standby=Standby(loaded, environment=environment, start=new_process if environment else forked),
            )
            if finish:
                deployment.finish()
        except StackwrightError as error:
            result.error = error
        assert fails == (result.error is not None), result.error
        return result

    return run
