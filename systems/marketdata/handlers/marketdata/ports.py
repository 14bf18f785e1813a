"""What the domain needs from the world: on AWS from `dynamodb` and `s3`, in tests in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from stackwright_handlers.files import FileStore

BATCH: Final = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it is kept."""

    symbol: str
    timestamp: int
    numbers: Mapping[str, Decimal]
    job_id: str
    line: int
    first_line: int = 0
    """Of the rows with this key in the job's file, the one that was written first; 0 where nobody needs to know."""


class Records(Protocol):
    """The table of records. All methods raise TableError."""

    def write_batch(self, records: Sequence[Record]) -> None:
        """Write at most `BATCH` records with different keys, all of them; what is there is replaced."""
        ...

    def write_if_later(self, record: Record) -> Record:
        """Write a record unless one from a later line of the same job is there; return what is there now."""
        ...

    def between(self, symbol: str, first: int, last: int, limit: int | None = None) -> Iterator[Record]:
        """Return a symbol's records with times in a closed range, in order of time, a few at a time."""
        ...


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A request by which a client may write one file, once."""

    url: str
    headers: Mapping[str, str]
    """That the client must send with exactly these values."""


class DataFiles(FileStore, Protocol):
    """The bucket. Signing calls nobody."""

    def sign_put(self, key: str, size: int | None, seconds: int) -> SignedUpload:
        """Sign writing a file that is not there yet."""
        ...

    def sign_get(self, key: str, seconds: int) -> str:
        """Return a URL that reads a file."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin so, in order."""
        ...
