"""Findings that are known already: a file of fingerprints, so that a check of old code tells what is new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from stackwright.errors import UsageError
from stackwright.rules.finding import Finding

_VERSION: Final = 1


def read(path: Path) -> frozenset[str]:
    """The fingerprints in a file.

    Raises:
        UsageError: there is no such file, or it is no baseline.
    """
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise ValueError(f"version {data['version']}, this program reads {_VERSION}")
        return frozenset(str(found["fingerprint"]) for found in data["findings"])
    except OSError as error:
        raise UsageError(
            f"the baseline cannot be read: {error.strerror}", where=str(path), fix="Write it first: --write-baseline."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"the file is no baseline: {error}", where=str(path), fix="Write it anew: --write-baseline."
        ) from error


def known(path: Path | str | None) -> frozenset[str]:
    """The fingerprints in a file; none without a file.

    Raises:
        UsageError: see `read`.
    """
    return read(Path(path)) if path else frozenset()


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write the findings of today.

    Raises:
        UsageError: the file cannot be written.
    """
    known = [
        {"fingerprint": f.fingerprint, "code": f.code, "file": f.place.file, "message": f.message} for f in findings
    ]
    text = json.dumps({"version": _VERSION, "findings": known}, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the baseline cannot be written: {error.strerror}", where=str(path)) from error
