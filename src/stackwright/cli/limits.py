"""`stackwright limits`."""

from __future__ import annotations

import itertools
import json

import click
from rich.markup import escape
from rich.table import Table

from stackwright.cli.options import project_option, stack_option
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import give
from stackwright.workspace import pick
from stackwright.workspace.limits import MEANING, limits


@click.command("limits")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@project_option
@stack_option
def command(as_json: bool, project: str, stack: str) -> None:
    """Show what a green local run of what is up does not show, property by property, and why.

    \b
    Examples:
      stackwright limits
      stackwright limits --json
    """
    found = limits(pick(project, stack).graph)
    if as_json:
        fields = ("type", "property", "status", "says")
        give(json.dumps([{name: getattr(entry, name) for name in fields} for entry in found], indent=2))
        return
    terminal = Terminal()
    for type_name, entries in itertools.groupby(found, key=lambda entry: entry.type):
        terminal.print(f"[bold]{escape(type_name)}[/]", soft_wrap=True)
        table = Table.grid(padding=(0, 2))
        for _ in range(2):
            table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for entry in entries:
            table.add_row(f"  {escape(entry.property or 'all of it')}", entry.status, escape(entry.says))
        terminal.print(table)
    terminal.print(", ".join(f"{status}: {meaning}" for status, meaning in MEANING.items()), style="dim")
