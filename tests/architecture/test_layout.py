"""Rules of the house that no other tool keeps."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [p for folder in ("src", "systems") for p in (ROOT / folder).rglob("*.py") if "tests" not in p.parts]
HANDLERS = [p for p in SOURCES if {"handlers", "stackwright_handlers"} & {*p.relative_to(ROOT).parts}]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def test_no_source_file_is_over_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}


def test_handlers_import_neither_pulumi_nor_stackwright() -> None:
    assert HANDLERS
    bad = {str(p.relative_to(ROOT)) for p in HANDLERS if {"pulumi", "pulumi_aws", "stackwright"} & set(imported(p))}
    assert bad == set()


def test_nothing_imports_the_systems() -> None:
    # In the wheel they lie in `stackwright.systems`.
    named = re.compile(
        r"^\s*(from|import) (stackwright\.)?systems\b|^\s*from stackwright import .*\bsystems\b", re.MULTILINE
    )
    bad = {str(p.relative_to(ROOT)) for p in SOURCES if named.search(p.read_text(encoding="utf-8"))}
    assert bad == set()


def test_the_child_script_needs_nothing_but_pulumi() -> None:
    host = ROOT / "src/stackwright/engine/program/host.py"
    outside = {"pulumi", "grpc", "google"}
    unknown = {name for name in imported(host) if name not in sys.stdlib_module_names and name not in outside}
    assert unknown == set()


def test_commands_print_by_two_ways_only() -> None:
    """Both keep control sequences of programs and functions from the terminal."""
    folder = ROOT / "src/stackwright/cli"
    ways = ("print", "click.echo", "click.secho", "sys.stdout.write", "traceback.print_exc", "Console")
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        calls = {ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)}
        found[path.name] = calls & set(ways)
    assert {name: calls for name, calls in found.items() if calls} == {"text.py": {"click.echo"}}


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = {str(p.relative_to(ROOT)) for p in SOURCES if any(m in p.read_text() for m in marks)}
    assert found == set()
