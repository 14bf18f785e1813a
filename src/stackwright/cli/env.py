"""`stackwright env`."""

from __future__ import annotations

import json
import shlex

import click

from stackwright.cli.target import pick_project, project_option
from stackwright.cli.text import give
from stackwright.local.aws import Endpoint


@click.command("env")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@project_option
def command(as_json: bool, project: str) -> None:
    """Print the environment in which the AWS CLI and SDKs reach what is up, as its deployer.

    The credentials hold for twelve hours.

    \b
    Examples:
      eval "$(stackwright env)"
      aws dynamodb list-tables
    """
    _, emulator = pick_project(project)
    endpoint = Endpoint.of(emulator)
    deployer = endpoint.deployer()
    variables = {
        "AWS_ENDPOINT_URL": endpoint.url,
        # Both are read, by different tools.
        "AWS_REGION": endpoint.region,
        "AWS_DEFAULT_REGION": endpoint.region,
        "AWS_ACCESS_KEY_ID": deployer.access_key,
        "AWS_SECRET_ACCESS_KEY": deployer.secret_key,
        "AWS_SESSION_TOKEN": deployer.token,
    }
    if as_json:
        give(json.dumps(variables, indent=2))
        return
    # A profile in the environment would win over the keys.
    give("unset AWS_PROFILE")
    for name, value in variables.items():
        give(f"export {name}={shlex.quote(value)}")
