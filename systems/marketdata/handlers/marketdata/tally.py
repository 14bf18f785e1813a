"""What becomes of the rows of a file: a function of its content alone, so that every attempt finds the same.

The file is read twice. The first time nothing is written: `tally_of` counts, and finds the rows that later ones
supersede. The second time `rows_to_write` gives the rows that are left, of which each has a key of its own.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from stackwright_handlers.csv_records import NOT_UTF8, FileFault, Record, records

from .rows import BadRow, Columns, Row
from .superseding import Keys, Superseded

MAX_LISTED: Final = 10_000
"""Rejected rows that the report lists."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken."""

    line: int
    reason: str

    def as_json(self) -> dict[str, object]:
        """Return it as it travels."""
        return {"line": self.line, "reason": self.reason}


@dataclass(slots=True)
class Tally:
    """The sums of a file or of a part of it; `total` is accepted, rejected and superseded together."""

    accepted: int = 0
    rejected: int = 0
    superseded: int = 0
    listed: list[Rejected] = field(default_factory=list[Rejected])

    @property
    def total(self) -> int:
        return self.accepted + self.rejected + self.superseded

    def reject(self, line: int, reason: str) -> None:
        """Count a row as rejected and list it; of very many only the first ones."""
        self.rejected += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(Rejected(line, reason))

    def report(self, file: str) -> bytes:
        """Return the report on the rejected rows of a file."""
        counts = {"total": self.total, "accepted": self.accepted, "rejected": self.rejected}
        rows = {**counts, "superseded": self.superseded}
        listed = [each.as_json() for each in self.listed]
        return json.dumps({"file": file, "rows": rows, "rejectedRows": listed}, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A good row and the line on which it begins."""

    line: int
    row: Row


def tally_of(chunks: Iterable[bytes]) -> tuple[Tally, Superseded]:
    """Count the rows of a file.

    Raises:
        FileFault: it cannot be read as a whole.
    """
    tally = Tally()
    good = 0
    with Keys() as keys:
        for found in _rows(chunks, tally):
            keys.add(found.row.symbol, found.row.timestamp)
            good += 1
        superseded = keys.superseded()
    tally.superseded = superseded.count
    tally.accepted = good - superseded.count
    return tally, superseded


def rows_to_write(chunks: Iterable[bytes], superseded: Superseded, after: int) -> Iterator[NumberedRow]:
    """Return the rows of a file that no later one supersedes and that begin behind the line `after`."""
    for number, found in enumerate(_rows(chunks, Tally())):
        if found.line > after and number not in superseded:
            yield found


def check_large(chunks: Iterable[bytes], go_on: Callable[[], bool]) -> None:
    """Read a file as far as `go_on` allows, to see whether it can be read as a whole; what its rows are, others find.

    Raises:
        FileFault: its header is wrong, or it is not in UTF-8.
    """
    source = _in_utf8(chunks)
    columns_of(next(records(source), None))
    while go_on() and next(source, None) is not None:
        pass


def _in_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        for chunk in chunks:
            # First the reader, who has more to say about the beginning.
            yield chunk
            decoder.decode(chunk)
            line += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(line + error.object[: error.start].count(b"\n")) from None


def _not_utf8(line: int) -> FileFault:
    return FileFault(f"line {line} is not in UTF-8; save the file in UTF-8")


def columns_of(header: Record | None) -> Columns:
    """Return the columns of a file by its first record; raises FileFault."""
    if header is None:
        raise FileFault("the file is empty")
    if header.problem:
        raise FileFault(f"the header cannot be read: {header.problem}")
    return Columns(header.cells)


def _rows(chunks: Iterable[bytes], tally: Tally) -> Iterator[NumberedRow]:
    found = records(chunks)
    columns = columns_of(next(found, None))
    for record in found:
        if record.problem:
            if record.problem == NOT_UTF8:
                # One such line says that the others are not to be trusted either.
                raise _not_utf8(record.line)
            tally.reject(record.line, record.problem)
            continue
        try:
            row = columns.row(record.cells)
        except BadRow as fault:
            tally.reject(record.line, str(fault))
            continue
        yield NumberedRow(record.line, row)
