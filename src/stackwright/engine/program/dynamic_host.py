"""Serves the program's dynamic providers from the program's own interpreter: `python dynamic_host.py LIFELINE`.

The SDK brings the server along as `pulumi.dynamic`; this only ties its life to the engine's. Prints the server's port.
"""

from __future__ import annotations

import sys

if sys.path[0] == __file__.rpartition("/")[0]:
    sys.path.pop(0)  # this file's own directory; its neighbours must not shadow the program's imports

import os
import runpy
import signal
import threading


def die_with(lifeline: int) -> None:
    """When the engine is gone, so is the reason to run."""

    def wait() -> None:
        while os.read(lifeline, 1024):
            pass
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=wait, name="engine-watch", daemon=True).start()


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - providers may import modules of the program
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
