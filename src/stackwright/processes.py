"""Ending what was started."""

from __future__ import annotations

import contextlib
import os
import signal


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that leads a group, and to all that it has started; nothing when they have ended.

    Where only processes are left that have ended and are not collected, Linux takes the signal and macOS refuses it.
    https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_sig.c (`killpg1`)
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
