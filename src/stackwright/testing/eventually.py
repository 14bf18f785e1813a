"""Waiting for a condition, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

DEADLINE = 60.0  # seconds; far above what anything here takes


def eventually(
    condition: Callable[[], Any],
    problem: str | Callable[[], Any] = "it did not happen",
    seconds: float = DEADLINE,
    pause: float = 0.02,
) -> Any:
    """The first true value of the condition; the test fails when there is none in time.

    Args:
        problem: what is wrong then.
        pause: seconds between two looks.
    """
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{problem if isinstance(problem, str) else problem()}: not within {seconds:g} s")
        time.sleep(pause)
    return found
