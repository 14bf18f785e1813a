"""Which source a test leads to: its own, what it names in its file and its conftest, and the program it brings up."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


@functools.cache
def definitions(path: Path) -> dict[str, ast.AST]:
    """What a file defines at its top, by name."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found.update({t.id: node for t in node.targets if isinstance(t, ast.Name)})
    return found


def reached(test: str) -> str:
    """The source that a test, named as pytest does, leads to; empty when there is no such test."""
    file, _, name = test.partition("::")
    path = ROOT / file
    if not path.is_file() or name not in definitions(path):
        return ""
    known = {**definitions(path.parent / "conftest.py"), **definitions(path)}
    open_names, seen = [name], dict[str, str]()
    while open_names:
        name = open_names.pop()
        if name in known and name not in seen:
            seen[name] = ast.unparse(known[name])
            open_names += re.findall(r"\w+", seen[name])
    text = "\n".join(seen.values())
    programs = [ROOT / "tests" / "programs" / name / "__main__.py" for name in re.findall(r"'([\w-]+)'", text)]
    return "\n".join([text, *(p.read_text(encoding="utf-8") for p in programs if p.is_file())])
