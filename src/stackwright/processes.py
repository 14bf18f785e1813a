"""Ending what was started, and listening to it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import threading
from collections.abc import Callable, Generator


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that leads a group, and to all that it has started; nothing when they have ended.

    Where only processes are left that have ended and are not collected, Linux takes the signal and macOS refuses it.
    https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_sig.c (`killpg1`)
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


class Cancel:
    """Breaks off, from another thread, what is under way and what begins afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []
        self._is_set = False

    @property
    def is_set(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._is_set

    def set(self) -> None:
        """End everything; that may take a while, and nobody waits for it here."""
        with self._lock:
            self._is_set = True
            ends = list(self._ends)
        for end in ends:
            threading.Thread(target=end, name="cancel", daemon=True).start()

    @contextlib.contextmanager
    def ending(self, end: Callable[[], None]) -> Generator[None]:
        """Something is under way, and this ends it."""
        with self._lock:
            self._ends.append(end)
            late = self._is_set
        if late:
            end()
        try:
            yield
        finally:
            with self._lock:
                self._ends.remove(end)


def readable(descriptor: int, timeout: float | None = None) -> bool:
    """Whether there is something to read, the end of it included, before a number of seconds is over; None: for ever.

    `select.select` takes no descriptor over 1023, and a process may have more.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(timeout))
