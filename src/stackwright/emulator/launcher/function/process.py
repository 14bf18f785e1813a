"""One execution environment: a process that runs one handler, warm between invocations."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackwright.processes import signal_group

_WORKER = Path(__file__).with_name("worker.py")
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
INIT_SECONDS = 10.0
_OUTPUT_SECONDS = 2.0
# As in worker.py.
_BREAK = "\x1e"
_MARK = b"\0end of "


class InvocationTimeoutError(Exception):
    """The handler did not answer in time; the process has been killed."""


class ProcessExitError(Exception):
    """The process ended on its own; ``status`` as AWS words it."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line, or one record of several lines, with the time it was read (milliseconds)."""

    time_ms: int
    text: str


class Output:
    """Reads the process's output as it comes; knows where one invocation's output ends."""

    def __init__(self, pipe: Any) -> None:
        self._events: list[LogEvent] = []
        self._marks: set[str] = set()
        self._closed = False
        self._changed = threading.Condition()
        threading.Thread(target=self._read, args=(pipe,), daemon=True, name="function-output").start()

    def _read(self, pipe: Any) -> None:
        for line in pipe:
            with self._changed:
                # What a handler wrote last need not end with a line break.
                written, marked, mark = line.partition(_MARK)
                if written or not marked:
                    text = written.decode("utf-8", "replace").rstrip("\n").replace(_BREAK, "\n")
                    self._events.append(LogEvent(int(time.time() * 1000), text))
                if marked:
                    self._marks.add(mark.decode().strip())
                self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, mark: str) -> list[LogEvent]:
        """The events up to ``mark``; waits for it no longer than a handler that closed its output deserves."""
        with self._changed:
            self._changed.wait_for(lambda: mark in self._marks or self._closed, _OUTPUT_SECONDS)
            self._marks.discard(mark)
            events, self._events = self._events, []
            return events


class Process:
    """The handler's process and the two channels to it.

    Its methods raise :class:`InvocationTimeoutError` and :class:`ProcessExitError`.
    """

    def __init__(
        self,
        interpreter: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        directory: Path,
    ) -> None:
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            self.popen = subprocess.Popen(
                [interpreter, "-I", "-S", str(_WORKER), str(theirs.fileno()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=write,
                cwd=directory,
                env=dict(environment),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        self._socket = ours
        self._buffer = b""
        self.output = Output(os.fdopen(read, "rb"))

    def wait_ready(self, seconds: float) -> str | None:
        """None when the handler is loaded, else the JSON of the error that loading it ended with."""
        message = self._receive(time.monotonic() + seconds)
        return None if message["ready"] else str(message["payload"])

    def call(self, request: Mapping[str, Any], seconds: float) -> tuple[bool, str]:
        """(succeeded, payload as JSON text) of one invocation."""
        try:
            self._socket.settimeout(seconds)
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            raise ProcessExitError(self._status()) from None
        message = self._receive(time.monotonic() + seconds)
        return bool(message["ok"]), str(message["payload"])

    def running(self) -> bool:
        return self.popen.poll() is None

    def peak_memory_mb(self) -> int:
        """Most memory it has used so far; 0 where the system does not tell."""
        status = Path(f"/proc/{self.popen.pid}/status")
        if not status.exists():
            return 0
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024 + 1
        return 0

    def kill(self) -> None:
        """End it and whatever it started."""
        signal_group(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self._socket.close()

    def _receive(self, end: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            try:
                self._socket.settimeout(max(0.001, end - time.monotonic()))
                received = self._socket.recv(1 << 20)
            except TimeoutError:
                self.kill()
                raise InvocationTimeoutError from None
            except ConnectionResetError:
                received = b""
            if not received:
                raise ProcessExitError(self._status())
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def _status(self) -> str:
        try:
            code = self.popen.wait(1.0)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL  # it closed its channel and lives on
        self.kill()
        return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
