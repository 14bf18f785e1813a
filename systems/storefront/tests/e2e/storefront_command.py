"""The `stackwright` command as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STACKWRIGHT = [sys.executable, "-c", "from stackwright.cli import main; main()"]


class CommandLine:
    """The `stackwright` command in a home directory of the tests' own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "STACKWRIGHT_"))}
        ran = subprocess.run(
            [*STACKWRIGHT, *arguments],
            env={**own, "STACKWRIGHT_HOME": str(self.home), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == code, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout
