"""Waiting for files to be saved."""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import watchfiles

from stackwright.errors import EnvironmentFailed


class Changes:
    """Waits for files to be saved with another content than before.

    A program may build files in its own directory each time it runs; the same bytes again are no change.

    Args:
        places: folders and files to watch.
        at_once: called as soon as a change is seen, so that the next request already waits for it.
        recursive: watch what is in folders of the folders, too.

    Raises:
        EnvironmentFailed: a place cannot be watched.
    """

    def __init__(
        self, places: Sequence[Path], at_once: Callable[[], None] = lambda: None, *, recursive: bool = True
    ) -> None:
        self._places = places
        self._recursive = recursive
        self._stop = threading.Event()
        self._at_once = at_once
        self._found: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._known: dict[str, bytes] = {}
        self._watching: Future[None] = Future()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        try:
            self._watching.result()
        except (OSError, RuntimeError) as error:
            raise EnvironmentFailed(f"cannot watch for changes: {error}", where=", ".join(map(str, places))) from error

    def at(self, places: Sequence[Path]) -> Changes:
        """What watches these places: itself, if it does already."""
        if places == self._places:
            return self
        self._stop.set()
        successor = Changes(places, self._at_once, recursive=self._recursive)
        # What was saved there before the watch was on would be missed.
        successor._found.put("")
        return successor

    def wait(self, seconds: float) -> list[str]:
        """What was saved until then; waits that long for the first."""
        try:
            found = [self._found.get(timeout=seconds)]
        except queue.Empty:
            return []
        while not self._found.empty():
            found.append(self._found.get())
        return found

    def _watch(self) -> None:
        # Editors save in several steps; 50 ms put them together. The first time-out tells that the watch is on.
        watched = watchfiles.watch(
            *self._places,
            recursive=self._recursive,
            debounce=50,
            step=10,
            rust_timeout=50,
            yield_on_timeout=True,
            raise_interrupt=False,
            stop_event=self._stop,
        )
        try:
            next(watched)
        except (OSError, RuntimeError) as error:
            self._watching.set_exception(error)
            return
        self._watching.set_result(None)
        for changes in watched:
            for _, path in changes:
                content = _digest(path)
                if self._known.get(path) != content:
                    self._known[path] = content
                    # A dead emulator is the business of whoever waits.
                    with contextlib.suppress(EnvironmentFailed):
                        self._at_once()
                    self._found.put(path)


def _digest(path: str) -> bytes:
    """What tells one content of a file from another; empty when there is no such file."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""
