"""`stackwright envs`."""

from __future__ import annotations

import json

import click

from stackwright.cli.options import interpreter_options, with_interpreter
from stackwright.cli.text import give, say
from stackwright.workspace import locate
from stackwright.workspace.environments import compare_environments


@click.command("envs")
@click.argument("project", default=".")
@click.option("-s", "--stack", "stacks", multiple=True, help="Compare these stacks; all of them when none is named.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--all", "everything", is_flag=True, help="Show also what is the same, and every difference that may be.")
@interpreter_options
@click.pass_context
def command(
    ctx: click.Context,
    project: str,
    stacks: tuple[str, ...],
    as_json: bool,
    everything: bool,
    no_install: bool,
    python: str,
) -> None:
    """Compare the stacks of a project: their settings, and what the program would make of them. Nothing is created.

    Every stack with a file Pulumi.<stack>.yaml takes part, or with an example of one. Pulumi.yaml declares what may
    differ; see docs/environments.md. The exit code is 1 when something differs that must not, and 2 when the program
    refuses a stack.

    \b
    Examples:
      stackwright envs
      stackwright envs ./shop -s staging -s prod --json
    """
    found = with_interpreter(locate(project), no_install=no_install, python=python)
    report = compare_environments(found, stacks, lambda what: say(f"looking at {what}", err=True))
    if as_json:
        give(json.dumps(report.to_json(), indent=2))
    else:
        from stackwright.cli.matrix import Matrix

        Matrix(report, everything=everything).show()
    ctx.exit(1 if report.forbidden else 2 if report.failures else 0)
