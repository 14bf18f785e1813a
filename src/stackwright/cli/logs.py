"""`stackwright logs`."""

from __future__ import annotations

import time

import click

from stackwright.cli import follow
from stackwright.cli.options import project_option, stack_option
from stackwright.errors import EnvironmentFailed
from stackwright.workspace import pick


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
    logs = target.logs(since=time.time() - since, function=function)
    follow.show(logs)
    try:
        while stay and target.project.alive():
            time.sleep(follow.POLL_SECONDS)
            follow.show(logs)
    except EnvironmentFailed:
        if not target.project.ends():
            raise
