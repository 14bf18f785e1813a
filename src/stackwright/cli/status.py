"""`stackwright status`."""

from __future__ import annotations

import json
from typing import Any

import click

from stackwright.cli.target import running
from stackwright.cli.text import give, say
from stackwright.local.pages import pages


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(as_json: bool) -> None:
    """Show which projects are up, where, with how many resources, and where their CloudFront distributions open here.

    \b
    Examples:
      stackwright status
      stackwright status --json
    """
    found: list[dict[str, Any]] = []
    for state, emulator in running():
        graphs = [g for g in map(state.load, state.stacks()) if g is not None]
        found.append(
            {
                "project": state.project,
                "directory": str(state.place.directory),
                "endpoint": emulator.endpoint,
                "pid": emulator.pid,
                "account": emulator.account,
                "region": emulator.region,
                "stacks": {g.stack: sum(r.custom for r in g.resources) for g in graphs},
                "pages": {name: url for g in graphs for name, url in pages(g, emulator.endpoint).items()},
            }
        )
    if as_json:
        give(json.dumps(found, indent=2))
    elif not found:
        say("nothing is up")
    for entry in [] if as_json else found:
        stacks = ", ".join(f"{name} ({count} resources)" for name, count in entry["stacks"].items())
        say(f"{entry['project']}: {entry['endpoint']}, pid {entry['pid']}, stacks: {stacks}; {entry['directory']}")
        for url in entry["pages"].values():
            say(f"  {url}")
