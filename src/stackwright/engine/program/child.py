"""The process that a program runs in: started, listened to, and never left behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Protocol

from stackwright.engine.deployment.diagnostics import Stream
from stackwright.errors import ProgramError
from stackwright.processes import signal_group

_STOP_SECONDS: Final = 5.0
_CHUNK: Final = 65536  # bytes
_REMAINDER: Final = 10_000  # chunks; more than that, after its end, can only come from a process it has left behind

Listener = Callable[[Stream, str], None]


class Process(Protocol):
    """What is asked of a process: a part of `subprocess.Popen`."""

    @property
    def pid(self) -> int: ...

    @property
    def stdout(self) -> IO[bytes] | None: ...

    @property
    def stderr(self) -> IO[bytes] | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


Start = Callable[[Sequence[str], Path, Mapping[str, str], Sequence[int]], Process]


def start(command: Sequence[str], cwd: Path, environment: Mapping[str, str], descriptors: Sequence[int]) -> Process:
    """A new process that leads a group and inherits the descriptors."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=descriptors,
        start_new_session=True,
    )


class Child:
    """A child process in a group of its own; Ctrl-C at the terminal reaches us alone.

    Args:
        command: what to run; the number of the lifeline's descriptor is appended. When the other end of the lifeline,
            which this process holds, closes, the child must end.
        listen: told of every line, from another thread.
        hear: told of every line of a third pipe, from another thread; its descriptor then goes before the lifeline's.
        start: makes the process.

    Raises:
        ProgramError: it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        listen: Listener,
        hear: Callable[[str], None] | None = None,
        start: Start = start,
    ) -> None:
        theirs, self._lifeline = os.pipe()
        reports, reporting = os.pipe() if hear is not None else (-1, -1)
        given = (theirs,) if hear is None else (reporting, theirs)
        try:
            self._process = start([*command, *map(str, given)], cwd, environment, given)
        except OSError as error:
            os.close(self._lifeline)
            if hear is not None:
                os.close(reports)
            raise ProgramError(f"cannot start {command[0]}: {error.strerror}", where=str(cwd)) from error
        finally:
            for descriptor in given:
                os.close(descriptor)
        if hear is not None:
            threading.Thread(target=_hear, args=(reports, hear), name="program-reports", daemon=True).start()
        self._output = _Output(self._process, listen)

    @property
    def pid(self) -> int:
        """Process id, also of its group."""
        return self._process.pid

    def send(self, data: bytes) -> None:
        """Write to the lifeline; a child that has already ended will say why by its status."""
        view = memoryview(data)
        with contextlib.suppress(BrokenPipeError):
            while view:
                view = view[os.write(self._lifeline, view) :]

    def wait(self) -> int:
        """Wait for the end and give the exit status; all output has been told by then."""
        try:
            status = self._process.wait()
        except BaseException:
            self.stop()
            raise
        finally:
            self._output.finish()
            os.close(self._lifeline)
        return status

    def stop(self) -> None:
        """End it and what it has started. May be called from another thread while somebody waits."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            signal_group(self._process.pid, number)


def _hear(descriptor: int, hear: Callable[[str], None]) -> None:
    with open(descriptor, encoding="utf-8") as lines:
        for line in lines:
            hear(line.rstrip("\n"))


class _Output:
    """Reads both pipes until the child has ended; a grandchild that keeps them open is not waited for."""

    def __init__(self, process: Process, listen: Listener) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._pipes = {"stdout": process.stdout, "stderr": process.stderr}
        self._listen = listen
        self._ended, self._end = os.pipe()
        self._thread = threading.Thread(target=self._pump, name="program-output", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """The child has ended: tell what is still in the pipes."""
        os.close(self._end)
        self._thread.join()
        os.close(self._ended)
        for pipe in self._pipes.values():
            pipe.close()

    def _pump(self) -> None:
        lines: dict[Stream, _Lines] = {
            "stdout": _Lines("stdout", self._listen),
            "stderr": _Lines("stderr", self._listen),
        }
        with selectors.DefaultSelector() as selector:
            for stream, splitter in lines.items():
                descriptor = self._pipes[stream].fileno()
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ, splitter)
            selector.register(self._ended, selectors.EVENT_READ, None)
            chunks_left = _REMAINDER
            while len(selector.get_map()) > 1 and chunks_left:
                ready = selector.select()
                has_ended = any(key.data is None for key, _ in ready)
                for key, _ in ready:
                    if key.data is None:
                        continue
                    chunk = os.read(key.fd, _CHUNK)
                    key.data.add(chunk)
                    if not chunk:
                        selector.unregister(key.fd)
                if has_ended:
                    chunks_left = 0 if len(ready) == 1 else chunks_left - 1
        for splitter in lines.values():
            splitter.end()


class _Lines:
    """Puts chunks together to lines."""

    def __init__(self, stream: Stream, listen: Listener) -> None:
        self._stream: Stream = stream
        self._listen = listen
        self._rest: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        first, newline, others = chunk.partition(b"\n")
        if not newline:
            self._rest.append(chunk)
            return
        *whole, rest = others.split(b"\n")
        self._tell(b"".join([*self._rest, first]))
        for line in whole:
            self._tell(line)
        self._rest = [rest]

    def end(self) -> None:
        rest = b"".join(self._rest)
        if rest:
            self._tell(rest)

    def _tell(self, line: bytes) -> None:
        self._listen(self._stream, line.decode("utf-8", "replace").rstrip("\r"))
