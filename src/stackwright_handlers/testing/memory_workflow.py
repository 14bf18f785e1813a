"""A workflow in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .steps import Steps


@dataclass
class MemoryWorkflow:
    """Starts nothing; remembers what was to be started."""

    steps: Steps
    started: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])

    def start(self, name: str, payload: Mapping[str, object]) -> bool:
        assert len(name) <= 80

        def effect() -> bool:
            if name in self.started:
                return False
            self.started[name] = payload
            return True

        return self.steps.run("start", effect)
