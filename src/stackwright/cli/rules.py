"""`stackwright rules`."""

from __future__ import annotations

import json

import click
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from stackwright.cli.terminal import Terminal
from stackwright.cli.text import give
from stackwright.errors import UsageError
from stackwright.rules.registry import rules
from stackwright.rules.rule import Rule


@click.command("rules")
@click.argument("code", default="")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(code: str, as_json: bool) -> None:
    """List the rules that `check` asks, or explain one, by its code or name.

    \b
    Examples:
      stackwright rules
      stackwright rules API101
    """
    known = rules()
    found = [r for r in known.values() if not code or code.lower() in (r.code.lower(), r.name)]
    if not found:
        raise UsageError(f"there is no rule {code!r}", fix="`stackwright rules` lists them.")
    if as_json:
        give(json.dumps([_record(rule) for rule in found], indent=2))
    elif code:
        Terminal().print(Markdown(f"# {found[0].code} {found[0].name}\n\n{_facts(found[0])}\n\n{found[0].docstring}"))
    else:
        table = Table(box=None, pad_edge=False)
        for title in ("code", "severity", "name", ""):
            table.add_column(title, overflow="fold", no_wrap=title == "name")
        for rule in found:
            table.add_row(rule.code, rule.severity, rule.name, Text(rule.summary))
        Terminal().print(table)


def _facts(rule: Rule) -> str:
    parameters = "".join(f", `{name}` = {default!r}" for name, default in rule.parameters.items())
    fixed = ", mended by `check --fix` where that is safe" if rule.fix else ""
    return f"{rule.severity}, class {rule.failure_class}, asks of the {rule.subject}{parameters}{fixed}"


def _record(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "class": rule.failure_class,
        "rows": list(rule.rows),
        "subject": rule.subject,
        "parameters": dict(rule.parameters),
        "fixable": rule.fix is not None,
        "summary": rule.summary,
    }
