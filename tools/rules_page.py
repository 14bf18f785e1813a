"""docs/reference/rules.md: every rule's docstring, and which rules look at which row of the known mistakes."""

from __future__ import annotations

from pathlib import Path

from stackwright.rules.registry import rules
from stackwright.rules.rule import Rule

ROWS = Path(__file__).parents[1] / "src/stackwright/rules/data/rows.txt"

INTRODUCTION = """# Rules

<!-- Written by tools/reference.py from the rules' docstrings; change the source, then run `make reference`. -->

What `stackwright check` looks for. The profile `default` asks the rules that say what breaks, leaks, loses or exposes,
`stackwright` preferences, too, and `all` also gives advice. A rule that reads a value which is not known says so: it is
*not checked*. A comment `# stackwright: ignore[CODE] reason` accepts a finding, at its line or above its statement.
Rules with † mend what they find, with `stackwright check --fix`.
`[tool.stackwright]` in pyproject.toml, or `stackwright:` in Pulumi.yaml, has `profile`, `select`, `ignore`, and
parameters in `[tool.stackwright.rules.CODE]`.
"""


def page() -> str:
    """The page."""
    known = list(rules().values())
    parts = [INTRODUCTION, "| code | severity | name | |", "|---|---|---|---|"]
    parts += [
        f"| [{r.code}](#{anchor(r)}) | {r.severity} | {r.name}{' †' if r.fix else ''} | {r.summary} |" for r in known
    ]
    parts += ["", *matrix(known)]
    for rule in known:
        parts += ["", f"## {rule.code} {rule.name}", "", facts(rule), "", deeper(rule.docstring)]
    return "\n".join([*parts, ""])


def matrix(known: list[Rule]) -> list[str]:
    """Rows of the known mistakes x rules; last, those without any."""
    rows = [line.partition(" ") for line in ROWS.read_text(encoding="utf-8").splitlines()]
    by_row = {row: [r for r in known if row in r.rows] for row, _, _ in rows}
    lines = ["## Which rules find which mistake", "", "| row | about | rules |", "|---|---|---|"]
    for row, _, about in rows:
        links = ", ".join(f"[{r.code}](#{anchor(r)})" for r in by_row[row])
        lines.append(f"| {row} | {about} | {links} |")
    missing = [row for row, found in by_row.items() if not found]
    return [*lines, "", f"Rows without a rule: {len(missing)}{': ' if missing else ''}{', '.join(missing)}."]


def facts(rule: Rule) -> str:
    said = [f"*{rule.severity}*", f"class `{rule.failure_class}`"]
    if rule.rows:
        said.append(f"rows {', '.join(rule.rows)}")
    said += [f"parameter `{name}` = `{default!r}`" for name, default in rule.parameters.items()]
    if rule.fix is not None:
        said.append("mended by `check --fix` where that is safe")
    return " · ".join(said)


def deeper(docstring: str) -> str:
    """The docstring with its headings below the rule's."""
    lines: list[str] = []
    in_block = False
    for line in docstring.splitlines():
        in_block ^= line.startswith("```")
        lines.append(f"#{line}" if line.startswith("## ") and not in_block else line)
    return "\n".join(lines)


def anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"
