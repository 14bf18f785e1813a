"""From the frames that the SDK sends to the user's own lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlparse

from stackwright.graph import SourcePosition

_EVENT_LOOP: Final = "/asyncio/events.py"


class Sources:
    """Tells the user's frames from those of libraries.

    Args:
        directories: what the user wrote: the project, and the program where `main` points outside of it. Positions are
            relative to the first.
        environment: the program's virtual environment, which may lie inside.
    """

    def __init__(self, directories: Sequence[Path], environment: Path) -> None:
        self._roots = tuple(f"{directory.resolve()}{os.sep}" for directory in directories)
        self._environment = f"{environment}{os.sep}"
        self._known: dict[str, str | None] = {}

    def stack(self, request: Any) -> tuple[SourcePosition, ...]:
        """The user's frames of a request, innermost first; the first is the line that made it."""
        found: list[SourcePosition] = []
        for frame in request.stackTrace.frames:
            if frame.pc.uri.endswith(_EVENT_LOOP):
                break  # what lies further out is where the loop happened to be turned, such as a function call
            file = self._file(frame.pc.uri)
            if file is not None:
                found.append(SourcePosition(file, frame.pc.line))
        if not request.stackTrace.frames:
            # Older SDKs send one position, which is often in a library.
            file = self._file(request.sourcePosition.uri)
            return () if file is None else (SourcePosition(file, request.sourcePosition.line),)
        return tuple(found)

    def _file(self, uri: str) -> str | None:
        if uri not in self._known:
            self._known[uri] = self._inside(uri)
        return self._known[uri]

    def _inside(self, uri: str) -> str | None:
        path = unquote(urlparse(uri).path)
        is_ours = path.startswith(self._roots) and not path.startswith(self._environment)
        if not is_ours or "/site-packages/" in path:
            return None
        return os.path.relpath(path, self._roots[0])
