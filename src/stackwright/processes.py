"""Ending what was started, and listening to it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that leads a group, and to all that it has started; nothing when they have ended.

    Where only processes are left that have ended and are not collected, Linux takes the signal and macOS refuses it.
    https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_sig.c (`killpg1`)
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def readable(descriptor: int, timeout: float | None = None) -> bool:
    """Whether there is something to read, the end of it included, before a number of seconds is over; None: for ever.

    `select.select` takes no descriptor over 1023, and a process may have more.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(timeout))
