"""From the frames that the SDK sends to the user's own lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from stackwright.graph import SourcePosition


class Sources:
    """Tells the user's frames from those of libraries.

    `sourcePosition` of a request often names a file inside pulumi_aws, so it is the last resort.
    """

    def __init__(self, project: Path) -> None:
        self._root = os.path.join(project.resolve(), "")
        self._known: dict[str, str | None] = {}

    def stack(self, request: Any) -> tuple[SourcePosition, ...]:
        """The frames inside the project, innermost first."""
        found: list[SourcePosition] = []
        for frame in request.stackTrace.frames:
            file = self._file(frame.pc.uri)
            if file is not None:
                found.append(SourcePosition(file, frame.pc.line))
        return tuple(found)

    def position(self, request: Any) -> SourcePosition | None:
        """The user's line."""
        frames = self.stack(request)
        if frames:
            return frames[0]
        file = self._file(request.sourcePosition.uri)
        return None if file is None else SourcePosition(file, request.sourcePosition.line)

    def _file(self, uri: str) -> str | None:
        if uri not in self._known:
            self._known[uri] = self._inside(uri)
        return self._known[uri]

    def _inside(self, uri: str) -> str | None:
        parsed = urlparse(uri)
        # The SDK writes paths below its root directory as project:///relative/path.
        path = unquote(parsed.path)
        full = os.path.join(self._root, path.lstrip("/")) if parsed.scheme == "project" else path
        if not full.startswith(self._root) or "/site-packages/" in full:
            return None
        return os.path.relpath(full, self._root)
