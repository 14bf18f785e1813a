"""The deployment package of file-processor: what its entry imports, and dependencies from the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stackwright.components import Package

HANDLERS: Final = Path(__file__).resolve().parent / "handlers"


def file_processor_package() -> Package:
    """The package, the same bytes on every machine."""
    return Package(
        HANDLERS,
        entry="file_processor.py",
        data=("schemas.json",),
        libraries=("stackwright_handlers",),
        lock="requirements.lock",
    )
