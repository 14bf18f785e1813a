"""Groups of processes are ended, whatever is left of them."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading

import pytest

from stackwright.processes import Cancel, readable, signal_group

WAITS = (sys.executable, "-c", "import sys; sys.stdin.read()")


def test_a_group_is_ended() -> None:
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE, start_new_session=True) as process:
        signal_group(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def test_a_group_that_is_gone_needs_no_signal() -> None:
    with subprocess.Popen(
        WAITS, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        process.wait()
    signal_group(process.pid, signal.SIGKILL)


def test_a_group_of_ended_processes_is_refused_by_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    def killpg(group: int, number: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "killpg", killpg)
    signal_group(os.getpid(), signal.SIGKILL)


def test_what_can_be_read_is_said_for_any_descriptor() -> None:
    reading, writing = os.pipe()
    high = fcntl.fcntl(reading, fcntl.F_DUPFD, 1100)  # `select` takes none over 1023
    try:
        assert not readable(high, 0)
        os.write(writing, b"x")
        assert readable(high, 10)
    finally:
        for descriptor in (reading, writing, high):
            os.close(descriptor)


def test_what_is_cancelled_ends_and_what_begins_then_ends_at_once() -> None:
    cancel, ended, blocked, done = Cancel(), [], threading.Event(), threading.Event()

    def end() -> None:
        blocked.wait()
        ended.append("first")
        done.set()

    with cancel.ending(end):
        cancel.set()
        assert cancel.is_set, "and nobody waits for the end"
        assert ended == []
        blocked.set()
        assert done.wait(30)
    with cancel.ending(lambda: ended.append("second")):
        assert ended == ["first", "second"]


def test_what_is_over_is_not_ended() -> None:
    cancel, ended = Cancel(), []
    with cancel.ending(lambda: ended.append("first")):
        pass
    cancel.set()
    assert ended == []
