"""docs/reference/commands.md: every command's own help text."""

from __future__ import annotations

import click

from stackwright.cli.app import cli

INTRODUCTION = """# Commands

<!-- Written by tools/reference.py from the commands' own help; change the source, then run `make reference`. -->

Exit codes: 0 ok, 1 findings or a failed verification, 2 usage or bad input, 3 the environment failed, 130 interrupted.
"""


def page() -> str:
    """The page."""
    context = click.Context(cli, info_name="stackwright", max_content_width=100, terminal_width=100)
    parts = [INTRODUCTION]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        parts += [f"## stackwright {name}", "", "```text", command.get_help(inner).rstrip(), "```", ""]
    return "\n".join(parts)
