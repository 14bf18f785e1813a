"""Reports of defects: what somebody who looks for the cause needs, in a file for the user to send."""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from stackwright.errors import Defect
from stackwright.private import private_directory
from stackwright.workspace.projects import home

_FOLDER: Final = "reports"
_KEPT: Final = 20
_PACKAGES: Final = ("stackwright", "pulumi", "pulumi-aws", "ministack", "boto3", "botocore", "grpcio")


def write(defect: Defect) -> Path:
    """Write the report of a defect, for its owner's eyes only, and delete the oldest ones.

    Raises:
        OSError: it cannot be written.
        EnvironmentFailed: the home belongs to somebody else.
    """
    folder = home() / _FOLDER
    for directory in (home(), folder):
        private_directory(directory)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y-%m-%dT%H%M%S.%f}-{secrets.token_hex(3)}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(_lines(defect, now)) + "\n")
    for old in sorted(folder.glob("*.txt"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return path


def _lines(defect: Defect, now: datetime) -> Iterator[str]:
    yield defect.what
    if defect.where:
        yield f"where: {defect.where}"
    yield f"\ntime: {now:%Y-%m-%d %H:%M:%S} UTC"
    yield f"python: {platform.python_version()} ({platform.python_implementation()})"
    yield f"platform: {platform.platform()}"
    yield from (f"{name}: {_version(name)}" for name in _PACKAGES)
    for name, text in defect.details.items():
        yield f"\n{name}: {text}"
    if defect.traceback:
        yield f"\n{defect.traceback}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
