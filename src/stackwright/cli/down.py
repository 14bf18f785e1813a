"""`stackwright down`."""

from __future__ import annotations

import click

from stackwright.cli.text import say
from stackwright.errors import StackwrightError, UsageError
from stackwright.workspace import delete_strays, purge_stacks, stop, stop_all


@click.command("down")
@click.argument("project", default="")
@click.option("--purge", is_flag=True, help="Delete the data and the state, too.")
@click.option("-s", "--stack", "stacks", multiple=True, help="With --purge: delete this stack only; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Stop every project; with --purge, delete all there is.")
def command(project: str, purge: bool, stacks: tuple[str, ...], everything: bool) -> None:
    """Stop what is up. Data stays for the next `up`, unless --purge says otherwise.

    PROJECT is a project's name or directory; it may be left out when only one is up. What a failed or interrupted `up`
    has left is deleted by --purge as well. The stacks of a project stop together; one alone can be deleted.

    \b
    Examples:
      stackwright down
      stackwright down uploads --purge
      stackwright down shop -s staging --purge
      stackwright down --all --purge
    """
    if stacks and (everything or not purge):
        raise UsageError(
            "the stacks of a project share an emulator, so one cannot stop alone",
            fix="Delete it with --purge, or stop all of them: stackwright down PROJECT",
        )
    failures: list[StackwrightError] = []
    if stacks:
        each = purge_stacks(project, stacks)
    else:
        each = stop_all(purge=purge) if everything else stop(project, purge=purge)
    for stopped in each:
        if stopped.failure is not None:
            failures.append(stopped.failure)
            say(f"{stopped.project}: {stopped.failure}", err=True)
        elif stopped.changed:
            say(f"{stopped.project} is down{', its data is deleted' if purge else ''}")
    if everything and purge and delete_strays():
        say("what a crash had left behind is deleted")
    if failures:
        raise failures[0]
