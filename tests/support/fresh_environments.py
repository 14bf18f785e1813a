"""Environments outside of the repository, with nothing in them but what is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

UV = str(Path(sys.executable).with_name("uv"))


def run(*command: str | Path, cwd: Path) -> str:
    own = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=own, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pythons() -> Iterator[str]:
    """This Python, and another one if the machine has one that works."""
    yield sys.executable
    for version in ("3.13", "3.12", "3.14"):
        for candidate in (
            *Path.home().glob(f".pyenv/versions/{version}*/bin/python"),
            shutil.which(f"python{version}"),
        ):
            works = candidate and subprocess.run([candidate, "-c", "import ssl"], capture_output=True, check=False)
            if works and works.returncode == 0:
                yield str(candidate)
                return


def environment(tmp_path: Path, python: str, *requirements: str) -> Path:
    run(UV, "venv", "--quiet", "--python", python, tmp_path / "venv", cwd=tmp_path)
    inside = tmp_path / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", inside, *requirements, cwd=tmp_path)
    return inside
