"""Options that several commands share, and reading their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from stackwright.cli.text import say
from stackwright.errors import UsageError
from stackwright.workspace import Project, ready

project_option = click.option(
    "-p", "--project", default="", help="Name or directory of the project; needed when several are up."
)
stack_option = click.option("-s", "--stack", default="", help="Name of the stack; needed when there are several.")


def interpreter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--no-install` and `--python`."""
    for option in (
        click.option(
            "--python",
            type=click.Choice(["project", "current"]),
            default="project",
            show_default=True,
            help="Run the program in the environment that Pulumi.yaml names, or in the one of this command.",
        ),
        click.option("--no-install", is_flag=True, help="Do not make or renew the project's virtual environment."),
    ):
        command = option(command)
    return command


def with_interpreter(project: Project, *, no_install: bool, python: str) -> Project:
    """The project with an interpreter that can run it; says what is installed."""
    return ready(
        project,
        lambda line: say(line, err=True),
        install=not no_install,
        python="current" if python == "current" else "project",
    )


def overrides(pairs: tuple[str, ...]) -> dict[str, str]:
    """The values of `-c KEY=VALUE` options."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"-c takes KEY=VALUE, not {pair!r}")
        found[key] = value
    return found
