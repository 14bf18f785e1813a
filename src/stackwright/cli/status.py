"""`stackwright status`."""

from __future__ import annotations

import json

import click

from stackwright.cli.text import give, say
from stackwright.workspace import running_projects


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("-s", "--stack", default="", help="Show this stack only, of the projects that have it.")
def command(as_json: bool, stack: str) -> None:
    """Show which projects are up, where, with how many resources, and where their CloudFront distributions open here.

    \b
    Examples:
      stackwright status
      stackwright status --json
    """
    every = [project for project in running_projects() if not stack or stack in project.stacks()]
    found = [project.to_json(stack) for project in every]
    if as_json:
        give(json.dumps(found, indent=2))
    elif not found:
        say("nothing is up")
    for entry in [] if as_json else found:
        accounts = entry["accounts"]
        stacks = ", ".join(
            f"{name} ({count} resources, account {accounts[name]})" for name, count in entry["stacks"].items()
        )
        say(f"{entry['project']}: {entry['endpoint']}, pid {entry['pid']}, stacks: {stacks}; {entry['directory']}")
        for url in entry["pages"].values():
            say(f"  {url}")
