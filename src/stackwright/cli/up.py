"""`stackwright up`."""

from __future__ import annotations

import json
import sys
from typing import Literal

import click

from stackwright.cli.options import interpreter_options, overrides, with_interpreter
from stackwright.cli.text import give
from stackwright.errors import UsageError
from stackwright.workspace import Applied, UpOptions, apply_all, locate, open_project


@click.command("up")
@click.argument("project", default=".")
@click.option("-s", "--stack", "stacks", multiple=True, help="Stack to bring up; may be given several times.")
@click.option("-c", "--config", "config", multiple=True, metavar="KEY=VALUE", help="Set a config value for this run.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port of the emulator; by default the last one.")
@click.option("--detach", is_flag=True, help="Return when it is up, and leave it running.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object when it is up (a list for several stacks)."
)
@click.option("--watch", is_flag=True, help="Apply every saved change of the program or a handler.")
@click.option("--strict", is_flag=True, help="Fail where something would be simulated.")
@click.option(
    "--order",
    default="eager",
    type=click.Choice(["eager", "worst"]),
    help="worst: one resource at a time, each as late as its dependencies allow, to see what is missing.",
)
@click.option("--endpoint", default="", metavar="URL", help="Use this AWS endpoint in place of the embedded emulator.")
@interpreter_options
@click.pass_context
def command(
    ctx: click.Context,
    project: str,
    stacks: tuple[str, ...],
    config: tuple[str, ...],
    port: int,
    detach: bool,
    as_json: bool,
    watch: bool,
    strict: bool,
    order: Literal["eager", "worst"],
    endpoint: str,
    no_install: bool,
    python: str,
) -> None:
    """Bring the whole program up on this machine, IAM enforced.

    PROJECT is a directory with a Pulumi.yaml, a .py file, or the name of a bundled system. A second `up` applies what
    has changed and keeps the data. The virtual environment that Pulumi.yaml names is made when it is not there, as
    `pulumi install` does. Without --detach it stays, follows the logs, and Ctrl-C stops what it started.

    Several stacks are brought up one after the other, each in an account of its own, and after those that it refers to.
    When one of them fails, the others come up all the same; the exit code is that of the failure.

    \b
    Examples:
      stackwright up uploads
      stackwright up ./shop -s dev -s prod --detach --json
      stackwright up . -c replicas=2 --watch
    """
    if detach and watch:
        raise UsageError("--watch stays in the foreground, --detach does not", fix="Use one of them.")
    found = with_interpreter(locate(project), no_install=no_install, python=python)
    given = overrides(config)
    names = tuple(dict.fromkeys(stacks)) or (found.default_stack(),)
    for name in names[1:]:
        found.config(name, given)  # a stack that there is not is refused before another one is made
    opened = open_project(found, UpOptions(port=port, endpoint=endpoint, strict=strict, order=order))
    with opened.connect(names[0], given) as session:
        # The emulator is starting; only now import what else it takes.
        from stackwright.cli.progress import Progress

        progress = Progress(quiet=as_json)
        every: list[Applied] = []
        for applied in apply_all(session, names, given, lambda stack: progress.of(found.name, stack)):
            every.append(applied)
            if applied.result is not None:
                progress.summary(applied.result)
            elif applied.failure is not None and len(names) > 1:
                progress.failed(found.name, applied.stack, applied.failure)
        results = [each.result for each in every if each.result is not None]
        progress.packages(results)
        failures = [each.failure for each in every if each.failure is not None]
        if failures and len(names) == 1:
            raise failures[0]
        if detach and results:
            # Before anything is printed: what runs is to stay, even if its reader has gone.
            session.detach()
        if as_json:
            document = [each.to_json(found.name) for each in every]
            give(json.dumps(document if len(names) > 1 else document[0], indent=2))
            sys.stdout.flush()
        if failures:
            ctx.exit(failures[0].exit_code)
        if detach:
            return
        from stackwright.cli.follow import follow

        follow(session, results, given, progress, watch=watch)
