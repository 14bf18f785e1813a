"""What the parent process tells the emulator's process, and how the parent's death is noticed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stackwright.emulator.launcher.directory import unsaved_mark


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """The first line of standard input, as JSON. ``socket`` and ``lock`` are numbers of inherited file descriptors."""

    socket: int
    lock: int
    port: int
    token: str = field(repr=False)
    state_dir: str
    persist: bool
    alarm_period_seconds: float
    alarm_time_scale: float
    home: str
    path: str

    @property
    def unsaved(self) -> Path:
        """Exists while what is in memory is newer than what is saved."""
        return unsaved_mark(Path(self.state_dir))

    @property
    def work(self) -> Path:
        """For temporary files; emptied by the parent before each start."""
        return Path(self.state_dir) / "tmp"


class Lifeline:
    """The read end of the pipe whose write end only the parent holds."""

    def __init__(self) -> None:
        # Off descriptor 0, so that no subprocess can read from it.
        self._file = os.fdopen(os.dup(0), "rb", buffering=0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)

    def options(self) -> LaunchOptions:
        """Read the options.

        Raises:
            EOFError: the parent died before it gave any.
        """
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise EOFError("the parent process ended before it gave its options")
        options = LaunchOptions(**json.loads(line))
        os.set_inheritable(options.socket, False)
        os.set_inheritable(options.lock, False)
        return options

    def watch(self, on_loss: Callable[[], object]) -> None:
        """Call ``on_loss`` in a thread when the parent dies without having said "detach"."""

        def wait() -> None:
            if self._file.readline() != b"detach\n":
                on_loss()

        threading.Thread(target=wait, daemon=True, name="lifeline").start()
