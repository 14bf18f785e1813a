"""Which project and stack a command speaks of when it is already up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from stackwright.errors import UsageError
from stackwright.graph import Graph
from stackwright.local import emulator as emulators
from stackwright.local.aws import Endpoint
from stackwright.local.emulator import Emulator
from stackwright.local.state import ProjectState, known_projects

project_option = click.option("-p", "--project", default="", help="Name of the project; needed when several are up.")
stack_option = click.option("-s", "--stack", default="", help="Name of the stack; needed when there are several.")


@dataclass(frozen=True)
class Target:
    """A stack that is up."""

    state: ProjectState
    emulator: Emulator
    graph: Graph

    @property
    def endpoint(self) -> Endpoint:
        """Where it lives."""
        return Endpoint.of(self.emulator)


def running() -> list[tuple[ProjectState, Emulator]]:
    """All projects that are up on this machine."""
    found: list[tuple[ProjectState, Emulator]] = []
    for name in known_projects():
        state = ProjectState(name)
        emulator = emulators.attach(state.emulator_directory)
        if emulator is not None:
            found.append((state, emulator))
    return found


def pick_project(name: str) -> tuple[ProjectState, Emulator]:
    """The named project, the one of this directory, or the only one that is up.

    `name` may also be a directory.

    Raises:
        UsageError: none is up, or it is not clear which.
    """
    up = running()
    if name:
        origin = Path(name).resolve()
        chosen = [pair for pair in up if pair[0].project == name or pair[0].origin == origin]
    else:
        here = Path.cwd()
        chosen = [pair for pair in up if pair[0].origin == here] or up
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(state.project for state, _ in up)
    if not chosen:
        raise UsageError(
            f"project {name!r} is not up" if name else "nothing is up",
            fix=f"Up are: {names}." if names else "Bring a project up first: stackwright up PROJECT --detach",
        )
    raise UsageError(f"several projects are up: {names}", fix="Name one with --project.")


def pick(project: str, stack: str) -> Target:
    """A stack of a project that is up.

    Raises:
        UsageError: see `pick_project`; or the stack is unknown or ambiguous.
    """
    state, emulator = pick_project(project)
    stacks = state.stacks()
    if stack and stack not in stacks:
        raise UsageError(f"{state.project} has no stack {stack!r} up", fix=f"Up are: {', '.join(stacks)}.")
    if not stack and len(stacks) != 1:
        raise UsageError(f"{state.project} has several stacks up: {', '.join(stacks)}", fix="Name one with --stack.")
    graph = state.load(stack or stacks[0])
    assert graph is not None
    return Target(state, emulator, graph)
