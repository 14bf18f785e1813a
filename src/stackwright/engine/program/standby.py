"""An interpreter that gets ready for a program while the engine does: it imports the SDK and waits for what to run."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stackwright.engine.deployment.diagnostics import Stream
from stackwright.engine.program.child import Child, Listener, Start, start
from stackwright.engine.project.pulumi_yaml import Project

_HOST: Final = Path(__file__).with_name("host.py")


class Standby:
    """A process that will run the project's program once.

    Args:
        modules: what the program is known to import, such as `pulumi_aws.sqs`.
        environment: variables on top of `inherited`.
        inherited: this process's variables, when nothing is said.
        start: makes the process; see `forks`.

    Raises:
        ProgramError: the project's interpreter cannot be started.
    """

    def __init__(
        self,
        project: Project,
        *,
        modules: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        inherited: Mapping[str, str] | None = None,
        start: Start = start,
    ) -> None:
        self._lock = threading.Lock()
        self._early: list[tuple[Stream, str]] = []
        self._listen: Listener | None = None
        self._report: Callable[[str], None] = lambda _: None
        self._awaited = False
        self._child = Child(
            [project.interpreter, "-u", str(_HOST)],
            cwd=project.program_directory,
            environment={**(os.environ if inherited is None else inherited), **(environment or {})},
            listen=self._hear,
            hear=lambda line: self._report(line),
            start=start,
        )
        self._send(list(modules))

    def begin(self, spec: Mapping[str, Any], listen: Listener, report: Callable[[str], None]) -> Child:
        """Run the program; `listen` is told of all it prints, and of what was printed before, `report` how it waits."""
        self._report = report
        with self._lock:
            for stream, line in self._early:
                listen(stream, line)
            self._listen = listen
        self._send(dict(spec))
        return self._child

    def wait(self) -> int:
        """Wait for the program's end and give its exit status; when the wait is broken off, so is the program."""
        self._awaited = True
        return self._child.wait()

    def stop(self) -> None:
        """End the process, unless somebody has waited for its end."""
        if not self._awaited:
            self._awaited = True
            self._child.stop()
            self._child.wait()

    def make_room(self, kept: int) -> None:
        """So many requests of the program are kept waiting; others must get through nevertheless."""
        self._send(kept)

    def _send(self, message: Any) -> None:
        self._child.send(json.dumps(message).encode() + b"\n")

    def _hear(self, stream: Stream, line: str) -> None:
        with self._lock:
            if self._listen is None:
                self._early.append((stream, line))
            else:
                self._listen(stream, line)
