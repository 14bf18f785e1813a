"""Many programs by one interpreter, which has imported Pulumi's SDK once. Linux only: others cannot fork safely."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from stackwright.engine.program.child import Process
from stackwright.errors import EnvironmentFailed, ProgramError
from stackwright.processes import readable

_HOST: Final = Path(__file__).with_name("fork_host.py")
CAN_FORK: Final = sys.platform == "linux"


class Forks:
    """An interpreter that starts programs as forks of itself; close it.

    Args:
        interpreter: the Python that runs the programs.
        modules: what they are known to import, such as `pulumi_aws.sqs`.

    Raises:
        ProgramError: the interpreter cannot be started.
    """

    def __init__(self, interpreter: str, modules: Sequence[str] = ()) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [interpreter, "-u", str(_HOST), str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            except OSError as error:
                self._control.close()
                raise ProgramError(f"cannot start {interpreter}: {error.strerror}") from error
        self._send(list(modules))

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], descriptors: Sequence[int]
    ) -> Process:
        """A fork that runs `host.py`; the command says nothing that is not known.

        Raises:
            EnvironmentFailed: the interpreter has ended.
        """
        pipes = [os.pipe() for _ in range(3)]
        ours = [reading for reading, _ in pipes]
        given = [writing for _, writing in pipes]
        try:
            with self._lock:
                order = {"cwd": str(cwd), "environment": dict(environment)}
                self._send(order, [*given, *descriptors])
                pid = self._answer()
        except (OSError, ValueError) as error:
            for descriptor in ours:
                os.close(descriptor)
            raise EnvironmentFailed(f"the interpreter that starts programs has ended: {error}") from error
        finally:
            for descriptor in given:
                os.close(descriptor)
        return Fork(pid, *ours)

    def close(self) -> None:
        """End the interpreter. Programs that still run are ended by whoever holds them."""
        self._control.close()
        self._process.wait()

    def _send(self, message: Any, descriptors: Sequence[int] = ()) -> None:
        data = json.dumps(message).encode()
        head = len(data).to_bytes(4, "big")
        # It may have failed to start; whoever waits for an answer learns that.
        with contextlib.suppress(BrokenPipeError) if not descriptors else contextlib.nullcontext():
            if descriptors:
                socket.send_fds(self._control, [head], list(descriptors))
            else:
                self._control.sendall(head)
            self._control.sendall(data)

    def _answer(self) -> int:
        size = int.from_bytes(self._read(4), "big")
        return int(json.loads(self._read(size)))

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            chunk = self._control.recv(size - len(data))
            if not chunk:
                raise ConnectionError("no answer")
            data += chunk
        return data


class Fork:
    """A process that is a child of another one; what `subprocess.Popen` offers and is needed."""

    def __init__(self, pid: int, output: int, errors: int, status: int) -> None:
        self.pid = pid
        self.stdout: BinaryIO = os.fdopen(output, "rb", buffering=0)
        self.stderr: BinaryIO = os.fdopen(errors, "rb", buffering=0)
        self._report = status
        self._close = weakref.finalize(self, os.close, status)
        self._lock = threading.Lock()
        self._waiting = 0
        self._status: int | None = None

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and give its status.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        status = self._look(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return status

    def _look(self, timeout: float | None) -> int | None:
        with self._lock:
            if self._status is not None:
                return self._status
            self._waiting += 1
        try:
            # Others may wait as well: the report stays readable until one of us has read it.
            ready = readable(self._report, timeout)
            with self._lock:
                if self._status is None and ready:
                    data = os.read(self._report, 16)
                    # Without a report, who would have sent it has been killed, and the fork with it.
                    self._status = int(data) if data else -9
                return self._status
        finally:
            with self._lock:
                self._waiting -= 1
                if self._status is not None and not self._waiting:
                    self._close()
