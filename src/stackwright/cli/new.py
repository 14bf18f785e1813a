"""`stackwright new`."""

from __future__ import annotations

from pathlib import Path

import click

from stackwright.cli.text import say
from stackwright.workspace import copy_system


@click.command("new")
@click.argument("system")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def command(system: str, directory: Path) -> None:
    """Start a project of your own in DIRECTORY from the bundled SYSTEM, its tests included.

    \b
    Example:
      stackwright new uploads ./my-uploads && stackwright up ./my-uploads
    """
    copy_system(system, directory)
    say(f"{system} is now in {directory}; bring it up with: stackwright up {directory}")
    say(f"Its tests: pip install pytest && pytest {directory}/tests/handlers {directory}/tests/infra")
