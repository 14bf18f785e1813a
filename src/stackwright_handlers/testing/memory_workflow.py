"""A workflow in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .steps import Steps


@dataclass
class MemoryWorkflow:
    """Starts nothing; remembers what was to be started.

    Attributes:
        started: inputs by name of the execution.
        ended: names of executions that are over, the others are still running; None if all are over at once.
    """

    steps: Steps
    started: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    ended: set[str] | None = None

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        assert len(name) <= 80

        def effect() -> bool:
            if name in self.started:
                running = self.ended is not None and name not in self.ended
                return running and self.started[name] == payload
            self.started[name] = payload
            return True

        return self.steps.run("start", effect)
