"""`stackwright lsp`."""

from __future__ import annotations

import importlib.util

import click

from stackwright.errors import EnvironmentFailed
from stackwright.workspace.checking import CheckOptions


@click.command("lsp")
@click.option("-s", "--stack", default="", help="The stack whose configuration to use.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, metavar="SECONDS")
@click.option("--allow-network", is_flag=True, help="Let programs use the network.")
@click.option(
    "--python",
    type=click.Choice(["project", "current"]),
    default="project",
    show_default=True,
    help="Run programs in the environment that Pulumi.yaml names, if it is there, or in the one of this command.",
)
def command(stack: str, time_limit: float, allow_network: bool, python: str) -> None:
    """Serve an editor over standard input and output: what `check` finds, whenever a file is opened or saved.

    The editor starts it. A check runs the program of the project that the file belongs to, with the limits of `check`.
    """
    if importlib.util.find_spec("pygls") is None:
        raise EnvironmentFailed(
            "the language server needs pygls, which is not installed", fix='pip install "stackwright[lsp]"'
        )
    from stackwright.lsp.server import serve

    serve(CheckOptions(stack, None, time_limit, allow_network, python == "current"))
