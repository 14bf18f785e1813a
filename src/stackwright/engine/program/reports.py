"""What a run tells besides its graph, for whoever does not run programs and must not import what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OF_COMMAND: Final = ", and waited for a command"
"""Ends the message on a program that took too long for what it has started."""


@dataclass(frozen=True)
class Missing:
    """A package that is not installed, and where the program imports it."""

    name: str
    file: str
    line: int
