"""What topics have published, kept in memory, so that a developer sees it without subscribing."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict

from stackwright.emulator.observations import Message

KEPT = 10_000


class MessageLog:
    """Bounded and thread-safe; numbers go up from 1 and never repeat."""

    def __init__(self) -> None:
        self._entries: deque[Message] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._last = 0

    def add(self, topic_arn: str, subject: str, message: str) -> None:
        with self._lock:
            self._last += 1
            self._entries.append(Message(self._last, time.time(), topic_arn, subject, message))

    def since(self, number: int) -> dict[str, object]:
        """Entries above ``number``, oldest first."""
        with self._lock:
            return {"messages": [asdict(entry) for entry in self._entries if entry.number > number]}
