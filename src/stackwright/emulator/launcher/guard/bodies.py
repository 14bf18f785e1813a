"""Takes the body of a request as it comes, to check it before anybody works with it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from stackwright.emulator.launcher.guard.chunks import ChunkedSignatures

Receive = Callable[[], Awaitable[dict[str, Any]]]

# The largest object of one PutObject. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
LARGEST_OBJECT = 5 * 1024**3
# More than any call of another service takes: a package of Lambda has 50 MB, and base64 makes 67 of them.
LARGEST = 100 * 1024**2


class TooLarge(Exception):
    """The body is larger than anything AWS takes there."""


class Gone(Exception):
    """The client went away."""


class Body:
    """The pieces of a body, as they were received; none of them is copied."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """Its SHA-256, if it was asked for."""
        return self._digest.hexdigest()

    def joined(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)

    async def take(
        self, receive: Receive, limit: int, *, digest: bool, chunks: ChunkedSignatures | None = None
    ) -> None:
        """Receive everything.

        Raises:
            TooLarge: it has more than ``limit`` bytes.
            Gone: the client went away before the end.
        """
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            piece = message.get("body", b"")
            self.size += len(piece)
            if self.size > limit:
                raise TooLarge
            if piece:
                self._pieces.append(piece)
                if chunks is not None:
                    chunks.update(piece)
                elif digest:
                    self._digest.update(piece)
            if not message.get("more_body", False):
                return

    def replayed(self, receive: Receive) -> Receive:
        """Gives the pieces away once more, then what comes after the body."""
        ended = False

        async def replay() -> dict[str, Any]:
            nonlocal ended
            if ended:
                return await receive()
            piece = self._pieces.popleft() if self._pieces else b""
            ended = not self._pieces
            return {"type": "http.request", "body": piece, "more_body": not ended}

        return replay
