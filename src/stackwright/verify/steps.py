"""Running a project's `verify.py`.

Every function in it whose name starts with `check_` is one step: it takes a `Verification`, asserts what must hold, and
may return a short text on what it saw. Its docstring's first line is what the table shows. Steps run in the order in
which they stand.
"""

from __future__ import annotations

import inspect
import runpy
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from stackwright.errors import UsageError
from stackwright.verify.verification import Verification


@dataclass(frozen=True)
class Outcome:
    """One step's result; `problem` is empty when it held."""

    name: str
    shows: str
    seconds: float
    saw: str = ""
    problem: str = ""


def run(directory: Path, verification: Verification) -> Generator[Outcome, None, None]:
    """Run a project's verification; one outcome per step, as it finishes.

    Raises:
        UsageError: the project has no `verify.py`, it cannot be loaded, or it has no steps.
    """
    path = directory / "verify.py"
    if not path.is_file():
        raise UsageError(
            f"the project has no verification: {path.name} is missing",
            where=str(directory),
            fix="Write functions check_…(v) into it; see docs/verify.md.",
        )
    steps = {
        name: cast("Callable[[Verification], str | None]", item)
        for name, item in _load(path).items()
        if name.startswith("check_") and callable(item)
    }
    if not steps:
        raise UsageError("verify.py has no function whose name starts with check_", where=str(path))
    for name, step in steps.items():
        yield _outcome(name, step, verification)


def _load(path: Path) -> dict[str, Any]:
    try:
        return runpy.run_path(str(path))
    except Exception as error:
        if isinstance(error, SyntaxError):
            line = error.lineno
        else:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
            line = frames[-1].lineno if frames else None
        where = f"{path}:{line}" if line else str(path)
        raise UsageError(f"verify.py cannot be loaded: {type(error).__name__}: {error}", where=where) from error


def _outcome(name: str, step: Callable[[Verification], str | None], verification: Verification) -> Outcome:
    shows = (inspect.getdoc(step) or name.removeprefix("check_").replace("_", " ")).splitlines()[0]
    started = time.monotonic()
    saw, problem = "", ""
    try:
        saw = step(verification) or ""
    except AssertionError as error:
        problem = str(error) or "an assertion without a text failed"
    except Exception as error:  # noqa: BLE001 - a step that cannot even ask has failed, whatever the reason
        problem = f"{type(error).__name__}: {error}"
    return Outcome(name, shows, time.monotonic() - started, saw, problem)
