"""The deployment packages of the functions: what each imports, and dependencies from the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stackwright.components import Package

HANDLERS: Final = Path(__file__).resolve().parent / "handlers"


def function_package(name: str) -> Package:
    """The package of `process` or `replicate`: the same bytes on every machine and in every environment."""
    return Package(
        HANDLERS,
        entry=f"{name}_handler.py",
        libraries=("stackwright_handlers",),
        lock="requirements.lock",
    )
