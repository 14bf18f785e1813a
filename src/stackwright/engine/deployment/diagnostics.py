"""What the program printed and logged, kept within bounds."""

from __future__ import annotations

import threading
from typing import Final, Literal, TypeAlias

from stackwright.engine.deployment.events import Severity
from stackwright.graph import Diagnostic

Stream: TypeAlias = Literal["log", "stdout", "stderr"]

MOST_LINES: Final = 1000  # per stream; a graph is no place for megabytes of output
MOST_CHARACTERS: Final = 4000  # per line


class Diagnostics:
    """Lines by stream. The order between streams is a matter of chance, so it is not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[Stream, list[Diagnostic]] = {"log": [], "stdout": [], "stderr": []}
        self._dropped: dict[Stream, int] = {"log": 0, "stdout": 0, "stderr": 0}

    def add(self, stream: Stream, severity: Severity, message: str, urn: str) -> None:
        """Keep one line, as long as there is room."""
        if len(message) > MOST_CHARACTERS:
            message = f"{message[:MOST_CHARACTERS]}… ({len(message)} characters)"
        with self._lock:
            if len(self._lines[stream]) < MOST_LINES:
                self._lines[stream].append(Diagnostic(severity, message, urn))
            else:
                self._dropped[stream] += 1

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything kept, and how much was not."""
        with self._lock:
            found: list[Diagnostic] = []
            for stream, lines in self._lines.items():
                found.extend(lines)
                if self._dropped[stream]:
                    found.append(Diagnostic("info", f"… and {self._dropped[stream]} more lines on {stream}"))
            return tuple(found)
