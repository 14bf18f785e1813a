"""The deployment package of file-processor: every file by name, dependencies from the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stackwright.components import Package

HANDLERS: Final = Path(__file__).resolve().parent / "handlers"

FILES: Final = (
    "file_processor.py",
    "schemas.json",
    "uploads/__init__.py",
    "uploads/announcing.py",
    "uploads/api.py",
    "uploads/aws.py",
    "uploads/catalogue.py",
    "uploads/cursors.py",
    "uploads/dynamodb.py",
    "uploads/errors.py",
    "uploads/file_names.py",
    "uploads/function.py",
    "uploads/http.py",
    "uploads/idempotency.py",
    "uploads/lifecycle.py",
    "uploads/media_types.py",
    "uploads/ports.py",
    "uploads/processing.py",
    "uploads/records.py",
    "uploads/requests.py",
    "uploads/s3.py",
    "uploads/settings.py",
    "uploads/signatures.py",
    "uploads/sns.py",
    "uploads/storing.py",
    "uploads/tasks.py",
    "uploads/type_check.py",
)


def file_processor_package() -> Package:
    """The package, the same bytes on every machine."""
    return Package(HANDLERS, files=FILES, lock="requirements.lock")
