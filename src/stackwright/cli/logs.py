"""`stackwright logs`."""

from __future__ import annotations

import time

import click

from stackwright.cli import follow
from stackwright.cli.target import pick, project_option, stack_option
from stackwright.errors import EnvironmentFailed
from stackwright.local.logs import sources


@click.command("logs")
@click.argument("function", default="")
@click.option("-f", "--follow", "stay", is_flag=True, help="Keep on showing what comes.")
@click.option("--since", default=3600.0, show_default=True, help="How far back to start, in seconds.")
@project_option
@stack_option
def command(function: str, stay: bool, since: float, project: str, stack: str) -> None:
    """Show what the functions of a stack write and what its topics announce.

    FUNCTION is a function's name in the program or on AWS; all of them when left out.

    \b
    Examples:
      stackwright logs -f
      stackwright logs file-processor --since 60
    """
    target = pick(project, stack)
    readers = sources(target.endpoint, target.emulator, target.graph, since=time.time() - since, function=function)
    follow.show(readers)
    try:
        while stay and target.emulator.alive():
            time.sleep(follow.POLL_SECONDS)
            follow.show(readers)
    except EnvironmentFailed:
        if not target.emulator.ends():
            raise
