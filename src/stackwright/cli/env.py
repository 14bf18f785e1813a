"""`stackwright env`."""

from __future__ import annotations

import json
import shlex

import click

from stackwright.cli.options import project_option, stack_option
from stackwright.cli.text import give
from stackwright.workspace import pick_project


@click.command("env")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@project_option
@stack_option
def command(as_json: bool, project: str, stack: str) -> None:
    """Print the environment in which the AWS CLI and SDKs reach what is up, as its deployer.

    The credentials hold for twelve hours.

    \b
    Examples:
      eval "$(stackwright env)"
      aws dynamodb list-tables
    """
    variables = pick_project(project).environment(stack)
    if as_json:
        give(json.dumps(variables, indent=2))
        return
    # A profile in the environment would win over the keys.
    give("unset AWS_PROFILE")
    for name, value in variables.items():
        give(f"export {name}={shlex.quote(value)}")
