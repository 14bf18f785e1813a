"""Which project and stack a command speaks of when it is already up."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from stackwright.errors import UsageError
from stackwright.graph import Graph
from stackwright.local import emulator as emulators
from stackwright.local import projects
from stackwright.local.aws import Endpoint
from stackwright.local.emulator import Emulator
from stackwright.local.state import ProjectState

project_option = click.option(
    "-p", "--project", default="", help="Name or directory of the project; needed when several are up."
)
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
    for state in projects.known():
        emulator = emulators.attach(state.emulator_directory)
        if emulator is not None:
            found.append((state, emulator))
    return found


def named(name: str, states: Sequence[ProjectState]) -> list[ProjectState]:
    """Those of the states that a name or a path means: they belong to one project, or there are none.

    Raises:
        UsageError: several projects have that name.
    """
    path = Path(name).resolve()
    chosen = [state for state in states if path in (state.place.location, state.place.directory)]
    chosen = chosen or [state for state in states if state.project == name]
    places = sorted({str(state.place.location) for state in chosen})
    if len(places) > 1:
        raise UsageError(
            f"several projects are meant by {name!r}: {', '.join(places)}",
            fix=f"Name one by its place, such as {shlex.quote(places[0])}",
        )
    return chosen


def pick_project(name: str) -> tuple[ProjectState, Emulator]:
    """The named project, the one of this directory, or the only one that is up.

    `name` may also be a directory.

    Raises:
        UsageError: none is up, or it is not clear which.
    """
    up = running()
    if name:
        chosen = named(name, [state for state, _ in up])
        pairs = [pair for pair in up if pair[0] in chosen]
    else:
        here = Path.cwd()
        pairs = [pair for pair in up if pair[0].place.directory == here] or up
    if len(pairs) == 1:
        return pairs[0]
    places = ", ".join(str(state.place) for state, _ in up)
    if not pairs:
        raise UsageError(
            f"project {name!r} is not up" if name else "nothing is up",
            fix=f"Up are: {places}." if places else "Bring a project up first: stackwright up PROJECT --detach",
        )
    raise UsageError(f"several projects are up: {places}", fix="Name one, by its name or directory.")


def pick(project: str, stack: str) -> Target:
    """A stack of a project that is up.

    Raises:
        UsageError: see `pick_project`; or the stack is unknown or ambiguous.
    """
    state, emulator = pick_project(project)
    stacks = state.stacks()
    if stack and stack not in stacks:
        raise UsageError(f"{state.project} has no stack {stack!r} up", fix=f"Up are: {', '.join(stacks) or 'none'}.")
    if not stacks:
        raise UsageError(f"{state.project} has no stack up", fix="Bring one up: stackwright up PROJECT --detach")
    if not stack and len(stacks) > 1:
        raise UsageError(f"{state.project} has several stacks up: {', '.join(stacks)}", fix="Name one with --stack.")
    graph = state.load(stack or stacks[0])
    assert graph is not None
    return Target(state, emulator, graph)
