"""`stackwright verify`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from stackwright.cli.options import stack_option
from stackwright.cli.terminal import Terminal
from stackwright.cli.text import give, say
from stackwright.errors import UsageError
from stackwright.verify import Outcome
from stackwright.workspace.verifying import verify, verify_on_aws


@click.command("verify")
@click.argument("project", default="")
@stack_option
@click.option(
    "--aws",
    "outputs_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Verify the stack on AWS whose outputs this file holds (pulumi stack output --json), with your credentials.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def command(ctx: click.Context, project: str, stack: str, outputs_file: Path | None, as_json: bool) -> None:
    """Run a system's own verification steps against a running stack, and show what held.

    PROJECT is a directory, a bundled system, or left out when only one project is up. The exit code is 1 when a step
    fails.

    \b
    Examples:
      stackwright verify uploads
      pulumi stack output --json > outputs.json && stackwright verify uploads --aws outputs.json
    """
    if outputs_file is None:
        running = verify(project, stack)
    elif project:
        running = verify_on_aws(project, _read(outputs_file))
    else:
        raise UsageError("--aws needs PROJECT, whose verify.py to run")
    outcomes: list[Outcome] = []
    for outcome in running:
        outcomes.append(outcome)
        if not as_json:
            _show(outcome)
    failed = [o for o in outcomes if o.problem]
    if as_json:
        give(json.dumps([vars(o) for o in outcomes], indent=2))
    else:
        say(f"{len(outcomes) - len(failed)} of {len(outcomes)} held")
    ctx.exit(1 if failed else 0)


def _show(outcome: Outcome) -> None:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=4)
    row.add_column(ratio=1, overflow="fold")
    row.add_column(justify="right", no_wrap=True)
    mark = "[red]FAIL[/]" if outcome.problem else "[green]ok[/]"
    row.add_row(mark, escape(outcome.shows), f"[dim]{outcome.seconds:.1f} s[/]")
    if outcome.saw:
        row.add_row("", f"[dim]{escape(outcome.saw)}[/]")
    if outcome.problem:
        row.add_row("", f"[red]{escape(outcome.problem)}[/]")
    Terminal().print(row)


def _read(path: Path) -> dict[str, object]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"the outputs are not JSON: {error}", where=str(path)) from error
