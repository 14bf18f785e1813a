"""Bodies that are signed piece by piece (`aws-chunked`).

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import hashlib
import hmac
import re

from stackwright.emulator.launcher.guard import sigv4
from stackwright.emulator.launcher.guard.sigv4 import EMPTY, Scope

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_WITH_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

_HEAD = re.compile(rb"([0-9a-fA-F]{1,16});chunk-signature=([0-9a-f]{64})")
_TRAILER_SIGNATURE = b"x-amz-trailer-signature"
_LONGEST_LINE = 16384


class ChunkedSignatures:
    """Reads a chunked body as it comes, and knows in the end whether every signature in it is right."""

    def __init__(self, key: bytes, moment: str, scope: Scope, seed: str, *, trailer: bool) -> None:
        self._key = key
        self._moment = moment
        self._scope = scope
        self._previous = seed
        self._trailer = trailer
        self._buffer = bytearray()
        self._left = 0  # bytes of the current chunk that have not come yet, with the line break behind it
        self._expected = ""
        self._digest = hashlib.sha256()
        self._last = False
        self._lines: list[bytes] = []
        self._failed = False
        self._done = False

    def update(self, data: bytes) -> None:
        """Take the next piece of the body."""
        self._buffer += data
        while not self._failed and not self._done and self._step():
            pass

    def right(self) -> bool:
        """Whether the whole body came and was signed."""
        return self._done and not self._failed and not self._buffer

    def _step(self) -> bool:
        """Read one thing; False when more data is needed for it."""
        if self._left > 2:
            piece = bytes(self._buffer[: self._left - 2])
            if not piece:
                return False
            self._digest.update(piece)
            del self._buffer[: len(piece)]
            self._left -= len(piece)
            return True
        if self._left:
            if len(self._buffer) < 2:
                return False
            self._failed = not self._buffer.startswith(b"\r\n")
            del self._buffer[:2]
            self._left = 0
            self._check_chunk()
            return True
        line, found, _ = self._buffer.partition(b"\r\n")
        if not found:
            self._failed = len(self._buffer) > _LONGEST_LINE
            return False
        del self._buffer[: len(line) + 2]
        self._line(bytes(line))
        return True

    def _line(self, line: bytes) -> None:
        if self._last:
            self._trailing(line)
            return
        head = _HEAD.fullmatch(line)
        if head is None:
            self._failed = True
            return
        size, self._expected = int(head[1], 16), head[2].decode()
        self._digest = hashlib.sha256()
        if size:
            self._left = size + 2
            return
        self._last = True
        self._check_chunk()

    def _check_chunk(self) -> None:
        text = "\n".join(
            (
                "AWS4-HMAC-SHA256-PAYLOAD",
                self._moment,
                str(self._scope),
                self._previous,
                EMPTY,
                self._digest.hexdigest(),
            )
        )
        self._check(text, self._expected)

    def _trailing(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if not line:
            # The empty line after the last chunk, or after its trailers.
            self._done = True
            self._failed = self._failed or self._trailer
        elif name == _TRAILER_SIGNATURE and self._trailer:
            content = b"".join(each + b"\n" for each in self._lines)
            text = "\n".join(
                (
                    "AWS4-HMAC-SHA256-TRAILER",
                    self._moment,
                    str(self._scope),
                    self._previous,
                    hashlib.sha256(content).hexdigest(),
                )
            )
            self._check(text, value.strip().decode("latin-1"))
            self._trailer = False
        else:
            self._lines.append(line)
            self._failed = not self._trailer

    def _check(self, text: str, given: str) -> None:
        self._previous = sigv4.sign(self._key, text)
        if not hmac.compare_digest(self._previous.encode(), given.encode()):
            self._failed = True
