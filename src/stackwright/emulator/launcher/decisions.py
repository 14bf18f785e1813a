"""The log of every authorization, kept in memory."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict

from stackwright.emulator.observations import Decision

KEPT = 50_000


class DecisionLog:
    """Bounded and thread-safe; numbers go up from 1 and never repeat."""

    def __init__(self) -> None:
        self._entries: deque[Decision] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._last = 0

    def add(self, principal: str, action: str, resource: str, decision: str, via: str = "") -> None:
        with self._lock:
            self._last += 1
            self._entries.append(Decision(self._last, time.time(), principal, action, resource, decision, via))

    def since(self, number: int) -> dict[str, object]:
        """Entries above ``number``, the number of the last one, and whether older ones were dropped meanwhile."""
        with self._lock:
            entries = [asdict(entry) for entry in self._entries if entry.number > number]
            oldest = self._entries[0].number if self._entries else 1
            return {"decisions": entries, "last": self._last, "dropped": oldest > number + 1}
