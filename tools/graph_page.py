"""docs/reference/graph.md: the schema of graphs, read off `stackwright/graph.py`."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src/stackwright/graph.py"

INTRODUCTION = """# The graph

<!-- Written by tools/reference.py from src/stackwright/graph.py; change the source, then run it. -->

`stackwright graph PROJECT --format json` prints what a program registers. Rules, pictures and tests read the same
values in Python from `stackwright.graph`, which needs nothing but the standard library.
"""


def page() -> str:
    """The page."""
    module = ast.parse(SOURCE.read_text(encoding="utf-8"))
    parts = [INTRODUCTION, version(module), values(module)]
    parts.extend(record(node) for node in module.body if isinstance(node, ast.ClassDef) and is_record(node))
    parts.append(functions(module))
    return "\n".join(parts)


def version(module: ast.Module) -> str:
    """The version of the JSON form."""
    for node in module.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "FORMAT_VERSION" and node.value:
            return f"The JSON object has the fields of `Graph` and `version`, now {ast.unparse(node.value)}.\n"
    raise ValueError("graph.py has no FORMAT_VERSION")


def values(module: ast.Module) -> str:
    doc = inspect.cleandoc(ast.get_docstring(module) or "")
    _, prose, table = doc.split("\n\n", 2)
    rows = [line.strip().split("  ", 1) for line in table.splitlines() if line.strip()]
    lines = ["## Values", "", prose.replace("\n", " "), "", "| JSON | means |", "|---|---|"]
    lines.extend(f"| `{form.strip().replace('|', chr(92) + '|')}` | {meaning.strip()} |" for form, meaning in rows)
    return "\n".join([*lines, ""])


def is_record(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(d) for d in node.decorator_list)


def record(node: ast.ClassDef) -> str:
    """One dataclass as a table of its fields."""
    prose, notes = described(ast.get_docstring(node) or "")
    lines = [f"## {node.name}", "", prose, "", "| field | type | default | |", "|---|---|---|---|"]
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            name = item.target.id
            kind = ast.unparse(item.annotation).replace("|", "\\|")
            lines.append(f"| `{name}` | `{kind}` | {default(item.value)} | {notes.get(name, '')} |")
    methods = [f for f in node.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
    if methods:
        lines.append("")
        lines.extend(f"- {signature(f)}: {summary(f)}" for f in methods)
    return "\n".join([*lines, ""])


def functions(module: ast.Module) -> str:
    found = [f for f in module.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
    return "\n".join(["## Functions", "", *(f"- {signature(f)}: {summary(f)}" for f in found), ""])


def described(docstring: str) -> tuple[str, dict[str, str]]:
    """A docstring's prose in one line per paragraph, and what it says of single fields."""
    prose, _, listed = inspect.cleandoc(docstring).partition("Attributes:\n")
    notes: dict[str, str] = {}
    name = ""
    for line in listed.splitlines():
        text = line.strip()
        if line.startswith("    ") and not line.startswith("     "):
            name, _, text = text.partition(": ")
        notes[name] = f"{notes.get(name, '')} {text}".strip()
    return "\n\n".join(p.replace("\n", " ").strip() for p in prose.split("\n\n")).strip(), notes


def default(value: ast.expr | None) -> str:
    if value is None:
        return "required"
    text = ast.unparse(value)
    if text.startswith("field(default_factory=dict"):
        text = "{}"
    return f"`{text}`"


def signature(function: ast.FunctionDef) -> str:
    arguments = ast.unparse(function.args).replace("self, ", "").removeprefix("self")
    return f"`{function.name}({arguments})`"


def summary(function: ast.FunctionDef) -> str:
    return inspect.cleandoc(ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ")
