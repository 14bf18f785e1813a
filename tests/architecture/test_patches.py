"""Patches use no name of the emulator that is not checked at its start, and are read again when it changes."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "src" / "stackwright" / "emulator" / "launcher"
TOOL = ROOT / "tools" / "patched_functions.py"
FILES = sorted(path for path in LAUNCHER.rglob("*.py") if path.name != "patching.py")


def used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Private names of other objects, and names that are taken straight from a module of the emulator."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        of_module = (
            isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "module"
        )
        private = node.attr.startswith("_") and not node.attr.startswith("__")
        own = isinstance(owner, ast.Name) and owner.id in ("self", "cls", "os")
        if of_module or (private and not own):
            yield node.attr, node.lineno


def checked(tree: ast.AST) -> set[str]:
    """What `require` and `replace` name."""
    texts = [
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in ("require", "replace")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return {part for text in texts for name in text.split() for part in name.split(".")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(LAUNCHER).as_posix())
def test_every_name_of_the_emulator_is_checked(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    missing = [f"{path.name}:{line} {name}" for name, line in used(tree) if name not in checked(tree)]
    assert not missing, f"{missing}: name them in patcher.require(module, ...), so that a rename stops the start"


def test_the_scan_sees_what_is_not_checked() -> None:
    tree = ast.parse(
        "patcher.require('m', '_known Some._part')\n"
        "self._own; sqs._known; sqs._other; self._sqs._third; patcher.module('m').public; x._part; os._exit"
    )
    assert [name for name, _ in used(tree) if name not in checked(tree)] == ["_other", "_third", "public"]


def test_replaced_functions_are_those_that_the_patches_were_written_for() -> None:
    ran = subprocess.run([sys.executable, str(TOOL)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stdout}{ran.stderr}: see CONTRIBUTING, Moving the emulator's version"


def test_a_changed_function_names_the_patches_to_read() -> None:
    spec = importlib.util.spec_from_file_location("patched_functions", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    known = {
        "app.a": {"patches": ["one", "two"], "source": "1"},
        "app.b": {"patches": ["one"], "source": "2"},
        "app.c": {"patches": ["one"], "source": "3"},
    }
    found = {
        "app.a": {"patches": ["one", "two"], "source": "9"},
        "app.b": {"patches": ["one"], "source": "2"},
        "app.d": {"patches": ["new"], "source": "4"},
    }

    assert tool.changes(known, found) == [
        "one: read again, app.a has changed",
        "two: read again, app.a has changed",
        "new: app.d is not in the list, or stands there for other patches",
        "app.c: no patch replaces it any more",
    ]
    assert tool.changes(known, known) == []
