"""The directory that Pulumi starts the policy pack from."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path
from typing import Final

from stackwright.errors import UsageError

_FILES: Final = Path(__file__).with_name("files")


def write(directory: Path) -> None:
    """Write it.

    Raises:
        UsageError: the directory is not empty.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} is not empty", fix="Name a new directory.")
    shutil.copytree(_FILES, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    requirement = f"stackwright[local]=={metadata.version('stackwright')}\n"
    (directory / "requirements.txt").write_text(requirement, encoding="utf-8")
