"""The command line. One command per file; `main` turns errors into one message and an exit code.

Exit codes: 0 ok, 1 findings or a failed verification, 2 usage or bad input, 3 the environment failed, 130 interrupted.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import Any

import click

from stackwright.errors import StackwrightError

_COMMANDS = {
    "up": "Bring a whole program up on this machine.",
    "down": "Stop what is up.",
    "status": "Show what is up.",
    "outputs": "Show a stack's outputs.",
    "logs": "Show what the functions write and the topics announce.",
    "invoke": "Invoke a function.",
    "verify": "Run a system's own verification against a running stack.",
    "graph": "Show what a program registers, without creating anything.",
    "new": "Start a project from a bundled system.",
}


class _LazyCommands(click.Group):
    """Imports a command's file when the command is used; the engine alone takes half a second to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        return getattr(importlib.import_module(f"stackwright.cli.{cmd_name}"), "command")  # noqa: B009

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stackwright")
def cli() -> None:
    """Serverless AWS systems in Python and Pulumi that are right before they are deployed.

    \b
    Examples:
      stackwright up uploads          bring a bundled system up, IAM enforced
      stackwright up ./my-project     the same for a Pulumi project of your own
      stackwright logs -f             watch it work
    """


def main() -> Any:
    """Entry point of the `stackwright` command."""
    try:
        code = cli(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except StackwrightError as error:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output has seen enough
    except Exception:  # noqa: BLE001 - the last resort: a defect of ours, said as such
        traceback.print_exc()
        click.echo("error: this is a defect in Stackwright; please report it with the lines above", err=True)
        sys.exit(3)
