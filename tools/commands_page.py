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
        parts += _parts(command, name, context)
    return "\n".join(parts)


def _parts(command: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    parts = [f"## {context.command_path}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            parts += _parts(command.commands[inner], inner, context)
    return parts
