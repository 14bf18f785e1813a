"""Stopping what is up, and deleting what it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stackwright.emulator import process as emulators
from stackwright.errors import StackwrightError
from stackwright.workspace import projects
from stackwright.workspace.running import named, pick_project
from stackwright.workspace.state import ProjectState


@dataclass(frozen=True)
class Stopped:
    """What became of one project.

    Attributes:
        changed: whether it ran, or something was deleted.
        failure: why it is as it was.
    """

    project: str
    changed: bool = False
    failure: StackwrightError | None = None


def stop(name: str, *, purge: bool) -> Iterator[Stopped]:
    """Stop a project, and with `purge` delete its data, also when it does not run.

    Args:
        name: see `pick_project`.

    Raises:
        UsageError: no project is meant, or it is not clear which.
    """
    chosen = named(name, projects.known()) if name and purge else []
    yield from _each(chosen or [pick_project(name).state], purge)


def purge_stacks(name: str, stacks: Sequence[str]) -> Iterator[Stopped]:
    """Delete stacks of a project with their data; the others stay as they are.

    Raises:
        UsageError: no project is meant, or it is not clear which.
    """
    from stackwright.workspace.deleting import delete_stack

    chosen = named(name, projects.known()) if name else []
    state = chosen[0] if chosen else pick_project(name).state
    for stack in stacks:
        what = f"{state.project}/{stack}"
        try:
            delete_stack(state, stack)
            yield Stopped(what, changed=True)
        except StackwrightError as error:
            yield Stopped(what, failure=error)


def stop_all(*, purge: bool) -> Iterator[Stopped]:
    """Stop and delete what can be; one that resists does not keep the others."""
    yield from _each(projects.known(), purge)


def delete_strays() -> bool:
    """Delete what a crash has left behind among the projects; whether there was any."""
    return projects.discard_strays() > 0


def _each(states: Iterable[ProjectState], purge: bool) -> Iterator[Stopped]:
    for state in states:
        try:
            yield Stopped(str(state.key), changed=_stop(state, purge))
        except StackwrightError as error:
            yield Stopped(str(state.key), failure=error)


def _stop(state: ProjectState, purge: bool) -> bool:
    emulator = emulators.attach(state.emulator_directory)
    if emulator is not None:
        emulator.stop()
    if purge:
        with state.lock():
            projects.discard(state)
    return purge or emulator is not None
