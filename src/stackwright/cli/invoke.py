"""`stackwright invoke`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stackwright.cli.options import project_option, stack_option
from stackwright.cli.text import give, say
from stackwright.errors import UsageError
from stackwright.workspace import pick


@click.command("invoke")
@click.argument("function")
@click.option("--payload", default="{}", metavar="JSON|@FILE", help="The event, as JSON or from a file.")
@project_option
@stack_option
@click.pass_context
def command(ctx: click.Context, function: str, payload: str, project: str, stack: str) -> None:
    """Invoke FUNCTION with its own role and print what it returns; the end of its log goes to standard error.

    The exit code is 1 when the function fails.

    \b
    Examples:
      stackwright invoke file-processor --payload '{"task": "ProcessFile", "s3_key": "a/b"}'
      stackwright invoke file-processor --payload @event.json
    """
    result = pick(project, stack).invoke(function, _read(payload))
    if result.log:
        say(result.log.rstrip("\n"), err=True)
    give(json.dumps(result.payload, indent=2))
    ctx.exit(1 if result.error else 0)


def _read(payload: str) -> str:
    if not payload.startswith("@"):
        return payload
    try:
        return Path(payload[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the payload: {error}", where=payload[1:]) from error
