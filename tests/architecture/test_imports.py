"""Every module of ours that is imported anywhere is there: a move leaves no name behind that is only used late."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "systems", "tests", "tools", "benchmarks", "docs/examples")
IMPORT = re.compile(
    r"^[ \t]*(?:from (stackwright(?:_handlers)?[\w.]*) import|import (stackwright(?:_handlers)?[\w.]*))", re.M
)


def imported(folder: Path) -> dict[str, Path]:
    """Modules that the folder's files import, each with one of them."""
    return {
        first or second: file
        for file in folder.rglob("*.py")
        for first, second in IMPORT.findall(file.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_import_of_ours_leads_somewhere(folder: str) -> None:
    found = imported(ROOT / folder)
    lost = {module: str(file.relative_to(ROOT)) for module, file in found.items() if not exists(module)}
    assert lost == {}


def exists(module: str) -> bool:
    """Whether there is such a module; importing one package on the way runs its ``__init__`` alone."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def test_a_lost_module_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("def f():\n    from stackwright.no_such_room import thing\n", encoding="utf-8")
    assert [module for module in imported(tmp_path) if not exists(module)] == ["stackwright.no_such_room"]


def test_a_command_starts_without_what_only_others_need() -> None:
    """Each takes a tenth of a second and more; `check --select` of rules about the source needs none of them."""
    heavy = ("asyncio", "boto3", "botocore", "cryptography", "grpc", "libcst", "pulumi", "pygls", "urllib.request")
    program = f"import sys, stackwright.cli.check\nprint([name for name in {heavy} if name in sys.modules])"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert shown == "[]\n"
