"""A program's graph, without anything being created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stackwright.engine.project.pulumi_yaml import Config, Project
from stackwright.graph import Graph, Properties, Unknown

if TYPE_CHECKING:
    from stackwright.engine.deployment.deployment import Mode, Observer
    from stackwright.engine.program.child import Start


def load(
    project: Project,
    stack: str | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
    config: Config | None = None,
    outputs: Callable[[str], Properties | Unknown] | None = None,
    mode: Mode = "simulated",
    observe: Observer = lambda _: None,
    start: Start | None = None,
) -> Graph:
    """Run the program against made-up answers and return what it registers.

    Args:
        config: in place of that of the stack's file.
        outputs: what a stack reference finds; the stacks that are up on this machine unless given.
        start: starts the program, such as `interpreters.forking` gives it; a process of its own unless given.
        mode: `simulated`, every value known; or `unknown`, as in a first preview.

    Raises:
        StackwrightError: the project, its config or the program is wrong.
    """
    from stackwright.engine.deployment.deployment import Deployment
    from stackwright.engine.program.child import start as new_process
    from stackwright.engine.program.runner import run_program
    from stackwright.engine.program.standby import Standby
    from stackwright.engine.simulated.provider import Simulated
    from stackwright.workspace.references import outputs_of, project_key

    name = stack or project.default_stack()
    config = config or project.config(name, overrides)
    deployment = Deployment(
        project=project.name,
        stack=name,
        mode=mode,
        provider=Simulated(interpreter=project.interpreter),
        settings=config.of,
        observe=observe,
        interpreter=project.interpreter,
        stack_outputs=outputs or (lambda reference: outputs_of(reference, project_key(project))),
    )
    # One at a time, so that the order of registration is the program's own.
    standby = Standby(project, start=start or new_process)
    run_program(project, name, config, deployment, dry_run=True, parallel=1, standby=standby)
    return deployment.graph()
