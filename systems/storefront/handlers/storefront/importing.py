"""Products from CSV files: `incoming/<name>` is imported and moved to `processed/<name>`.

A file is told by its content: an item `import#<sha256>` in the products' table counts the lines that are done. It
changes in the same transaction as the products of a batch, so every row is written exactly once, whatever is repeated:
another attempt goes on behind the last batch, two attempts at once do not get into each other's way, and the same
content under any name changes nothing any more. So orders that take stock meanwhile are not undone by a retry.

Rows that are no products are listed in `rejected/<name>.json`, with the number of the line they start on. Of several
rows for one product in one file the first one counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from stackwright_handlers.csv_records import FileFault, records
from stackwright_handlers.files import FileStore, Remaining, StoredFile
from stackwright_handlers.table.items import ALWAYS, MAX_TRANSACTION_WRITES, Check, Table, Update, absent
from stackwright_handlers.values import Clock, timestamp

from .errors import ImportUnfinishedError
from .product_rows import BadRow, Columns, ProductRow

INCOMING: Final = "incoming/"
PROCESSED: Final = "processed/"
REJECTED: Final = "rejected/"

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
MAX_LISTED_PROBLEMS: Final = 10_000

_MAX_KEY_BYTES: Final = 1024
# One write of the transaction counts the lines.
BATCH: Final = MAX_TRANSACTION_WRITES - 1
_SECONDS_TO_STOP: Final = 6.0


@dataclass
class Report:
    """What became of a file. A file that was imported before has the same report, but nothing written."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    written: int = 0
    """Rows that this run wrote."""
    problems: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    def reject(self, line: int, reason: str) -> None:
        """List a problem; of very many only the first ones."""
        self.rejected += 1
        if len(self.problems) < MAX_LISTED_PROBLEMS:
            self.problems.append({"line": line, "reason": reason})

    def text(self, file: str) -> str:
        """Return the report for people and programs, about the file with this key."""
        counts = {"rows": self.rows, "accepted": self.accepted, "rejected": self.rejected}
        return json.dumps({"file": file, **counts, "problems": self.problems}, ensure_ascii=False, indent=1)


class Importer:
    """Imports files."""

    def __init__(self, table: Table, objects: FileStore, clock: Clock) -> None:
        self._table = table
        self._objects = objects
        self._clock = clock

    def run(self, key: str, remaining: Remaining) -> Report | None:
        """Import a file and move it; None if it is not there any more.

        Raises:
            ImportUnfinishedError: time is up; another attempt continues.
            TableError, StorageError: likewise.
        """
        with self._objects.open(key) as stored:
            if stored is None:
                return None
            etag = stored.etag
            content = None if stored.size > MAX_FILE_BYTES else _sha256(stored)
        report = Report()
        try:
            if content is None:
                raise FileFault(f"the file is larger than {MAX_FILE_BYTES} bytes")
            with self._objects.open(key, etag) as stored:
                if stored is None:
                    return None
                self._import(stored, _Progress(self._table, content), report, remaining)
        except FileFault as fault:
            report.reject(1, str(fault))
        name = key.removeprefix(INCOMING)
        if report.rejected:
            self._objects.put(_key(REJECTED, name, ".json"), report.text(key).encode(), "application/json")
        self._objects.move(key, _key(PROCESSED, name, ""), etag)
        return report

    def _import(self, stored: StoredFile, progress: _Progress, report: Report, remaining: Remaining) -> None:
        batch: list[_Row] = []
        for row in _good_rows(stored, report):
            if row.line > progress.line:
                batch.append(row)
            if len(batch) == BATCH:
                report.written += self._write(batch, progress, remaining)
                batch = []
        report.written += self._write(batch, progress, remaining)

    def _write(self, batch: list[_Row], progress: _Progress, remaining: Remaining) -> int:
        """Write what nobody has written yet and return how many rows that were."""
        now = timestamp(self._clock())
        while batch:
            if remaining() < _SECONDS_TO_STOP:
                raise ImportUnfinishedError(f"the import stops behind line {progress.line}")
            if progress.advance(batch[-1].line, [_upsert(row.product, now) for row in batch]):
                return len(batch)
            batch = [row for row in batch if row.line > progress.line]
        return 0


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    product: ProductRow


class _Progress:
    """How far the import of a content has come."""

    def __init__(self, table: Table, sha256: str) -> None:
        self._table = table
        self._item_id = f"import#{sha256}"
        item = table.get(self._item_id)
        self.line = 0 if item is None else int(item["line"])

    def advance(self, line: int, writes: list[Update]) -> bool:
        """Do the writes and count up to `line`; False if another run has counted since, whose count is `line` now."""
        guard = ((Check("line", "=", self.line),),) if self.line else absent("line")
        refused = self._table.transact([Update(self._item_id, guard, assign={"line": line}), *writes])
        if refused is None:
            self.line = line
            return True
        reason = refused.reasons[0]
        if reason is not None and reason.item is not None:
            self.line = int(reason.item["line"])
        return False


def _good_rows(stored: StoredFile, report: Report) -> Iterator[_Row]:
    """Return the products of a file, once each, and put everything else down in the report."""
    found = records(stored.chunks())
    header = next(found, None)
    if header is None:
        raise FileFault("the file is empty")
    if header.problem:
        raise FileFault(f"the header cannot be read: {header.problem}")
    columns = Columns(header.cells)
    seen: dict[bytes, int] = {}
    for record in found:
        report.rows += 1
        if record.problem:
            report.reject(record.line, record.problem)
            continue
        try:
            product = columns.row(record.cells)
        except BadRow as fault:
            report.reject(record.line, str(fault))
            continue
        # A file may have a million rows; a UUID takes a third of the memory as bytes.
        first = seen.setdefault(bytes.fromhex(product.product_id.replace("-", "")), record.line)
        if first != record.line:
            report.reject(record.line, f"the product is in line {first} already")
            continue
        report.accepted += 1
        yield _Row(record.line, product)


def _upsert(row: ProductRow, now: str) -> Update:
    return Update(
        row.product_id,
        ALWAYS,
        assign={
            "name": row.name,
            "category": row.category,
            "price": row.price,
            "stock": row.stock,
            "updatedAt": now,
        },
        assign_once={"createdAt": now},
        add={"version": 1},
    )


def _sha256(stored: StoredFile) -> str:
    digest = hashlib.sha256()
    for chunk in stored.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _key(prefix: str, name: str, suffix: str) -> str:
    """Return a key in another folder; S3 takes no longer ones, and the new folder's name may be longer."""
    room = _MAX_KEY_BYTES - len(prefix) - len(suffix)
    raw = name.encode()
    if len(raw) > room:
        mark = "~" + hashlib.sha256(raw).hexdigest()[:16]
        name = raw[: room - len(mark)].decode(errors="ignore") + mark
    return prefix + name + suffix
