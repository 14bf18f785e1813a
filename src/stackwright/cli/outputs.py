"""`stackwright outputs`."""

from __future__ import annotations

import json

import click

from stackwright.cli.target import pick, project_option, shown, stack_option
from stackwright.errors import UsageError
from stackwright.graph import reveal, value_to_json


@click.command("outputs")
@click.argument("name", default="")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--show-secrets", is_flag=True, help="Print secret values, too.")
@project_option
@stack_option
def command(name: str, as_json: bool, show_secrets: bool, project: str, stack: str) -> None:
    """Show the outputs of a stack that is up, or the value of one of them.

    \b
    Examples:
      stackwright outputs
      curl "$(stackwright outputs api_endpoint_url)"
    """
    graph = pick(project, stack).graph
    values = {k: reveal(v) if show_secrets else v for k, v in sorted(graph.outputs.items())}
    outputs = {k: value_to_json(v) for k, v in values.items()}
    if name:
        if name not in outputs:
            raise UsageError(f"there is no output {name!r}", fix=f"There are: {', '.join(outputs) or 'none'}.")
        click.echo(shown(outputs[name]))
    elif as_json:
        click.echo(json.dumps(outputs, indent=2))
    else:
        width = max(map(len, outputs), default=0)
        for key, value in outputs.items():
            click.echo(f"{key.ljust(width)}  {shown(value)}")
