"""`stackwright policy`."""

from __future__ import annotations

from pathlib import Path

import click

from stackwright.cli.text import say
from stackwright.policy_pack import template


@click.group("policy")
def command() -> None:
    """The rules over resources as a policy pack for `pulumi preview` and `pulumi up`."""


@command.command("new")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def new(directory: Path) -> None:
    """Write a policy pack to DIRECTORY; it is yours to change.

    \b
    Example:
      stackwright policy new ./policy && cd policy && pulumi install
      cd ../shop && pulumi preview --policy-pack ../policy
    """
    template.write(directory)
    say(f"The policy pack is in {directory}; install what it needs: cd {directory} && pulumi install")
    say(f"Then, in a project: pulumi preview --policy-pack {directory}")
