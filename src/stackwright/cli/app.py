"""The group of all commands, and what becomes of their errors."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence

import click

from stackwright.cli.failures import debugging, message
from stackwright.cli.text import say
from stackwright.errors import Defect, StackwrightError

_COMMANDS = {
    "up": "Bring a whole program up on this machine.",
    "down": "Stop what is up.",
    "status": "Show what is up.",
    "outputs": "Show a stack's outputs.",
    "logs": "Show what the functions write and the topics announce.",
    "env": "Print the environment for the AWS CLI and SDKs.",
    "invoke": "Invoke a function.",
    "verify": "Run a system's own verification against a running stack.",
    "limits": "Show what a green local run does not show.",
    "check": "Find what will break, leak, lose or expose, before anything exists.",
    "rules": "List and explain what `check` looks for.",
    "lsp": "Serve an editor: what `check` finds, while the program is written.",
    "policy": "Start a policy pack that has the rules of `check`.",
    "graph": "Show what a program registers, without creating anything.",
    "envs": "Compare the stacks of a project, and say what must not differ.",
    "new": "Start a project from a bundled system.",
}


class _LazyCommands(click.Group):
    """Imports a command's file when the command is used; gRPC and boto3 alone take a third of a second to import."""

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
@click.option("--debug", is_flag=True, help="Show the traceback of an error; it may hold secrets.")
def cli(debug: bool) -> None:
    """Serverless AWS systems in Python and Pulumi that are right before they are deployed.

    \b
    Examples:
      stackwright up uploads          bring a bundled system up, IAM enforced
      stackwright up ./my-project     the same for a Pulumi project of your own
      stackwright logs -f             watch it work
    """
    debugging.set(debug)


def run(arguments: Sequence[str]) -> int:
    """Run a command, show its error if it has one, and give the exit code."""
    # Modules and AWS service models stay; to look for garbage among them takes a tenth of what a command computes.
    gc.set_threshold(50_000, 20, 100)
    # gRPC speaks to the program, on this machine: not through the proxy of the developer's network.
    os.environ.setdefault("no_grpc_proxy", "127.0.0.1,localhost")
    try:
        code = cli.main(list(arguments), standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Abort:
        say("interrupted", err=True)
        return 130
    except StackwrightError as error:
        return _shown(error)
    except BrokenPipeError:
        # The reader of our output has seen enough; the interpreter must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a defect of ours, said as such
        return _shown(Defect.of(error, "the command failed"))


def _shown(error: StackwrightError) -> int:
    say(message(error), label=click.style("error:", fg="red", bold=True), err=True)
    for note in getattr(error, "__notes__", ()):
        say(note, err=True)
    return error.exit_code
