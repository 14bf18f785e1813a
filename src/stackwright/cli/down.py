"""`stackwright down`."""

from __future__ import annotations

import click

from stackwright.cli.target import named, pick_project
from stackwright.cli.text import say
from stackwright.errors import StackwrightError
from stackwright.local import emulator as emulators
from stackwright.local import projects
from stackwright.local.state import ProjectState


@click.command("down")
@click.argument("project", default="")
@click.option("--purge", is_flag=True, help="Delete the data and the state, too.")
@click.option("--all", "everything", is_flag=True, help="Stop every project; with --purge, delete all there is.")
def command(project: str, purge: bool, everything: bool) -> None:
    """Stop what is up. Data stays for the next `up`, unless --purge says otherwise.

    PROJECT is a project's name or directory; it may be left out when only one is up. What a failed or interrupted `up`
    has left is deleted by --purge as well.

    \b
    Examples:
      stackwright down
      stackwright down uploads --purge
      stackwright down --all --purge
    """
    if everything:
        _all(purge)
        return
    chosen = named(project, projects.known()) if project and purge else []
    if not chosen:
        chosen = [pick_project(project)[0]]
    for state in chosen:
        _down(state, purge)


def _all(purge: bool) -> None:
    """Stop and delete what can be; one that resists does not keep the others."""
    failures: list[StackwrightError] = []
    for state in projects.known():
        try:
            _down(state, purge)
        except StackwrightError as error:
            failures.append(error)
            say(f"{state.place}: {error}", err=True)
    if purge and projects.discard_strays():
        say("what a crash had left behind is deleted")
    if failures:
        raise failures[0]


def _down(state: ProjectState, purge: bool) -> None:
    emulator = emulators.attach(state.emulator_directory)
    if emulator is not None:
        emulator.stop()
    if purge:
        with state.lock():
            projects.discard(state)
    if purge or emulator is not None:
        say(f"{state.place} is down{', its data is deleted' if purge else ''}")
