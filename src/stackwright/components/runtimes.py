"""Where functions run: what Lambda offers for Python.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, read 2026-11-28
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from .errors import ComponentError

Architecture: TypeAlias = Literal["arm64", "x86_64"]
Runtime: TypeAlias = Literal["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]

DEFAULT_RUNTIME: Final[Runtime] = "python3.14"

_PYTHON: Final = re.compile(r"python3\.\d+")


def check_runtime(where: str, runtime: str) -> None:
    """Raise ComponentError unless it runs Python; versions that are newer than the list above pass."""
    if not _PYTHON.fullmatch(runtime):
        raise ComponentError(f"{where}: runtime is {runtime!r}", fix=f"use a Python runtime such as {DEFAULT_RUNTIME}")
