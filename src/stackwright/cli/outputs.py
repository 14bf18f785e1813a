"""`stackwright outputs`."""

from __future__ import annotations

import json

import click

from stackwright.cli.options import project_option, stack_option
from stackwright.cli.text import give, give_value, say, shown
from stackwright.errors import UsageError
from stackwright.workspace import outputs_to_json, pick


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
    outputs = outputs_to_json(pick(project, stack).graph.outputs, show_secrets=show_secrets)
    if name:
        if name not in outputs:
            raise UsageError(f"there is no output {name!r}", fix=f"There are: {', '.join(outputs) or 'none'}.")
        give_value(shown(outputs[name]))
    elif as_json:
        give(json.dumps(outputs, indent=2))
    else:
        width = max(map(len, outputs), default=0)
        for key, value in outputs.items():
            say(f"{key.ljust(width)}  {shown(value)}")
