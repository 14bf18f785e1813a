"""`stackwright graph`."""

from __future__ import annotations

import json

import click

from stackwright.cli.options import interpreter_options, overrides, with_interpreter
from stackwright.cli.text import give, say
from stackwright.workspace import load, locate


@click.command("graph")
@click.argument("project", default=".")
@click.option("-s", "--stack", default=None, help="The stack whose configuration to use.")
@click.option("-c", "--config", "config", multiple=True, metavar="KEY=VALUE", help="Set a config value for this run.")
@click.option("--mode", type=click.Choice(["simulated", "unknown"]), default="simulated", show_default=True)
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True)
@interpreter_options
def command(
    project: str, stack: str | None, config: tuple[str, ...], mode: str, form: str, no_install: bool, python: str
) -> None:
    """Run the program against made-up answers and print all that it registers. Nothing is created.

    \b
    Examples:
      stackwright graph uploads > uploads.json
      stackwright graph ./shop -s prod --mode unknown
    """
    found = with_interpreter(locate(project), no_install=no_install, python=python)
    graph = load(
        found,
        stack,
        overrides=overrides(config),
        mode="unknown" if mode == "unknown" else "simulated",
        observe=lambda event: say(event.text, err=True) if event.kind == "line" else None,
    )
    give(json.dumps(graph.to_json(), indent=2))
