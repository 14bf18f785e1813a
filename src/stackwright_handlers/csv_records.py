"""CSV (RFC 4180) from bytes, one record at a time, in constant memory, whatever the bytes are.

A fault costs the record that has it and no other: bytes that are no UTF-8 spoil their line, and a quote that is never
closed spoils its line instead of everything up to the next quote.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_LINE_BYTES: Final = 65_536
MAX_LINES_OF_RECORD: Final = 20
NOT_UTF8: Final = "the line is not in UTF-8"
"""The problem of such a line; who wants can refuse the whole file for it."""

_OTHER_MARKS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class FileFault(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record, or why it is none: either `cells` or `problem` is empty."""

    line: int
    """Number of its first line, counted from 1."""
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    problem: str = ""


def records(chunks: Iterable[bytes]) -> Iterator[Record]:
    """Return the records of a file; lines without any content are left out.

    Raises:
        FileFault: the file starts with the mark of another encoding than UTF-8.
    """
    source = _lines(chunks)
    put_back: deque[_Line] = deque()

    def following() -> _Line | None:
        return put_back.popleft() if put_back else next(source, None)

    while (first := following()) is not None:
        if first.problem:
            yield Record(first.number, [], first.problem)
            continue
        if '"' not in first.text:
            # Without a quote nothing can be escaped or go on in the next line, and most files have none.
            cells = first.text.rstrip("\r\n").split(",")
            if any(cell.strip() for cell in cells):
                yield Record(first.number, cells)
            continue
        read = [first]
        try:
            cells = next(csv.reader(_feed(read, following), strict=True), list[str]())
        except csv.Error:
            # What was read in search of a closing quote are records of their own.
            put_back.extendleft(reversed(read[1:]))
            yield Record(first.number, [], "a quote is not closed, or stands where none may be")
            continue
        if any(cell.strip() for cell in cells):
            yield Record(first.number, cells)


def _feed(read: list[_Line], following: Callable[[], _Line | None]) -> Iterator[str]:
    """Give the reader the line in `read` and, as long as a quote is open, the following ones, which are put there."""
    yield read[0].text
    while len(read) < MAX_LINES_OF_RECORD and (line := following()) is not None:
        read.append(line)
        if line.problem:
            return
        yield line.text


def _lines(chunks: Iterable[bytes]) -> Iterator[_Line]:
    number = 0
    for raw in _raw_lines(chunks):
        number += 1
        if number == 1:
            raw = _without_mark(raw)
        if len(raw) > MAX_LINE_BYTES:
            yield _Line(number, "", f"the line is longer than {MAX_LINE_BYTES} bytes")
            continue
        try:
            yield _Line(number, raw.decode())
        except UnicodeDecodeError:
            yield _Line(number, "", NOT_UTF8)


def _without_mark(raw: bytes) -> bytes:
    for mark, encoding in _OTHER_MARKS.items():
        if raw.startswith(mark):
            raise FileFault(f"the file is in {encoding}; save it in UTF-8")
    return raw.removeprefix(codecs.BOM_UTF8)


def _raw_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Return lines with their ends: LF, CR LF or CR. Of one that is too long the middle is missing."""
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        rest = b""
        # The last line may go on in the next chunk, and a CR at its end may be half of a CR LF.
        if lines and not lines[-1].endswith(b"\n"):
            rest = lines.pop()
            if len(rest) > MAX_LINE_BYTES:
                rest = rest[:MAX_LINE_BYTES] + rest[-1:]
        yield from lines
    if rest:
        yield rest
