"""`stackwright down`."""

from __future__ import annotations

import shutil

import click

from stackwright.cli.target import pick_project, running
from stackwright.cli.text import say
from stackwright.errors import UsageError
from stackwright.local import emulator as emulators
from stackwright.local.state import ProjectState


@click.command("down")
@click.argument("project", default="")
@click.option("--purge", is_flag=True, help="Delete the data and the state, too.")
@click.option("--all", "everything", is_flag=True, help="Stop every project.")
def command(project: str, purge: bool, everything: bool) -> None:
    """Stop what is up. Data stays for the next `up`, unless --purge says otherwise.

    PROJECT is a project's name or directory; it may be left out when only one is up.

    \b
    Examples:
      stackwright down
      stackwright down uploads --purge
    """
    if everything:
        for state, emulator in running():
            emulator.stop()
            _finish(state, purge)
        return
    if project and purge and not _is_up(project):
        state = ProjectState(project)
        if not state.directory.exists():
            raise UsageError(f"there is no state of a project {project!r}")
        _finish(state, purge)
        return
    state, emulator = pick_project(project)
    emulator.stop()
    _finish(state, purge)


def _is_up(project: str) -> bool:
    return emulators.attach(ProjectState(project).emulator_directory) is not None


def _finish(state: ProjectState, purge: bool) -> None:
    if purge:
        with state.lock():
            shutil.rmtree(state.directory)
    say(f"{state.project} is down{', its data is deleted' if purge else ''}")
