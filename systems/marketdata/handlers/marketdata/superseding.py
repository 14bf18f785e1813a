"""Which rows of a file are replaced by later ones, in constant memory.

The keys of all rows would not fit into a function's memory. Their digests are sorted into buckets, which overflow into
temporary files, and one bucket after another is looked through. What is left is one bit for each row.
"""

from __future__ import annotations

import hashlib
import struct
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final

_BUCKETS: Final = 256
_ENTRY: Final = struct.Struct(">16sI")
_BUFFERED_BYTES: Final = 200 * _ENTRY.size


class Superseded:
    """Tells of each row whether it is superseded; rows are counted from 0."""

    def __init__(self, bits: bytearray, count: int) -> None:
        self._bits = bits
        self.count = count

    def __contains__(self, row: int) -> bool:
        byte = row >> 3
        return byte < len(self._bits) and bool(self._bits[byte] & (1 << (row & 7)))


class Keys(ExitStack):
    """Takes the keys of a file's rows, in the order of the rows. As a context manager it removes its files."""

    def __init__(self) -> None:
        super().__init__()
        self._buckets = [_Bucket(self) for _ in range(_BUCKETS)]
        self._count = 0

    def add(self, symbol: str, timestamp: int) -> None:
        """Add the key of the next row."""
        # 16 bytes of it: two different keys of one file do not meet.
        digest = hashlib.blake2b(f"{timestamp} {symbol}".encode(), digest_size=16).digest()
        self._buckets[digest[0]].add(_ENTRY.pack(digest, self._count))
        self._count += 1

    def superseded(self) -> Superseded:
        """Return the rows whose key comes again."""
        bits = bytearray((self._count + 7) // 8)
        count = 0
        for bucket in self._buckets:
            last: dict[bytes, int] = {}
            for digest, number in _ENTRY.iter_unpack(bucket.entries()):
                earlier = last.get(digest)
                if earlier is not None:
                    bits[earlier >> 3] |= 1 << (earlier & 7)
                    count += 1
                last[digest] = number
        return Superseded(bits, count)


class _Bucket:
    def __init__(self, files: ExitStack) -> None:
        self._files = files
        self._buffer = bytearray()
        self._file: IO[bytes] | None = None

    def add(self, entry: bytes) -> None:
        self._buffer += entry
        if len(self._buffer) >= _BUFFERED_BYTES:
            if self._file is None:
                # `Keys` closes it.
                self._file = self._files.enter_context(TemporaryFile())  # noqa: SIM115
            self._file.write(self._buffer)
            self._buffer.clear()

    def entries(self) -> bytes:
        if self._file is None:
            return bytes(self._buffer)
        self._file.seek(0)
        return self._file.read() + self._buffer
