"""`stackwright up`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
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
@click.option(
    "--check",
    "level",
    default="warn",
    type=click.Choice(["error", "warn", "off"]),
    show_default=True,
    help="error: make nothing when `check` finds what will break; warn: say it; off: do not look.",
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
    level: Literal["error", "warn", "off"],
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

    What `check` says will break is listed, in one line each: what the source tells before anything is made, the rest
    when it has been made. When a step is refused, what `check` says of that resource stands beside it. With
    `--check error` the program is checked first, and nothing is made when something will break; the exit code is 1.

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
        from stackwright.workspace.up_checks import UpChecks

        progress = Progress(quiet=as_json)
        checks = UpChecks(found, given, level) if level != "off" else None
        if checks is not None:
            progress.findings(checks.of_source())
        every: list[Applied] = []
        for applied in apply_all(session, names, given, lambda stack: progress.of(found.name, stack), checks):
            every.append(applied)
            progress.explain(applied)
            if applied.result is not None:
                progress.summary(applied.result)
            elif len(names) > 1:
                progress.failed(found.name, applied)
        failures = [each.failure for each in every if each.failure is not None]
        if failures and len(names) == 1:
            raise failures[0]
        if detach and len(failures) < len(every):
            # Before the result is printed: what runs is to stay, even if its reader has gone.
            session.detach()
        if checks is not None:
            every = [replace(each, result=checks.after(each.result)) if each.result else each for each in every]
        results = [each.result for each in every if each.result is not None]
        progress.packages(results)
        progress.findings([finding for result in results for finding in result.findings])
        if as_json:
            document = [each.to_json(found.name) for each in every]
            give(json.dumps(document if len(names) > 1 else document[0], indent=2))
            sys.stdout.flush()
        if failures:
            ctx.exit(failures[0].exit_code)
        if detach:
            return
        from stackwright.cli.follow import follow

        follow(session, results, given, progress, checks, watch=watch)
