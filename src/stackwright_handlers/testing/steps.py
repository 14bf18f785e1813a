"""Calls to ports in memory, one after another, with hooks that may block or raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def nothing(_: str) -> None:
    """A hook that does nothing."""


@dataclass
class Steps:
    """Every call to a port passes here, before and after its effect."""

    turn: Callable[[str], None] = nothing
    """Waits until it is this call's turn."""
    before: Callable[[str], None] = nothing
    after: Callable[[str], None] = nothing
    failures: dict[str, Exception] = field(default_factory=dict[str, Exception])
    log: list[str] = field(default_factory=list[str])

    def run(self, name: str, effect: Callable[[], T]) -> T:
        self.turn(name)
        self.before(name)
        if name in self.failures:
            raise self.failures[name]
        self.log.append(name)
        result = effect()
        self.after(name)
        return result
