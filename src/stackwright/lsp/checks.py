"""One check after another, in a thread of its own; what is asked for again is broken off and begun anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from stackwright.processes import Cancel

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class _Running:
    project: Path
    cancel: Cancel


class Checks(Generic[_Outcome]):
    """Checks projects that somebody wants checked; close it.

    Args:
        run: checks one project; told when its result is not wanted any more.
        tell: gets every result that is still wanted, in the order in which checks began.
    """

    def __init__(self, run: Callable[[Path, Cancel], _Outcome], tell: Callable[[Path, _Outcome], None]) -> None:
        self._run = run
        self._tell = tell
        self._changed = threading.Condition()
        self._wanted: dict[Path, None] = {}
        self._running: _Running | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="checks", daemon=True)
        self._thread.start()

    def want(self, project: Path) -> None:
        """Check a project as its files are now."""
        with self._changed:
            self._wanted[project] = None
            cancel = self._running.cancel if self._running and self._running.project == project else None
            self._changed.notify_all()
        if cancel is not None:
            cancel.set()

    def forget(self, project: Path) -> None:
        """Nobody wants to know any more."""
        with self._changed:
            self._wanted.pop(project, None)
            cancel = self._running.cancel if self._running and self._running.project == project else None
        if cancel is not None:
            cancel.set()

    def close(self) -> None:
        """End what is under way."""
        with self._changed:
            self._closed = True
            cancel = self._running.cancel if self._running else None
            self._changed.notify_all()
        if cancel is not None:
            cancel.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                project = next(iter(self._wanted))
                del self._wanted[project]
                self._running = _Running(project, Cancel())
                cancel = self._running.cancel
            outcome = self._run(project, cancel)
            with self._changed:
                self._running = None
                # Told with the lock held: who asks again now gets the newer result after this one.
                if not cancel.is_set:
                    self._tell(project, outcome)
