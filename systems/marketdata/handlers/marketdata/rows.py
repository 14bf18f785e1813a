"""Records of a CSV file to rows. Whatever is wrong with a row is said in words for the one who made the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from stackwright_handlers.csv_records import FileFault

from .moments import NoMoment, moment_of
from .values import NUMBER_FORM, SYMBOL_FORM, is_symbol, number_of

SYMBOL: Final = "symbol"
TIMESTAMP: Final = "timestamp"
NUMBERS: Final = ("open", "high", "low", "close", "price", "volume")

_KNOWN: Final = (SYMBOL, TIMESTAMP, *NUMBERS)
MAX_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A good row."""

    symbol: str
    timestamp: int
    """Milliseconds since 1970."""
    numbers: Mapping[str, Decimal]
    """By column; only those that are given."""


class BadRow(Exception):
    """A row cannot be taken; the message lists everything that is wrong with it."""


class Columns:
    """The columns of a file, in its own order. Names may be in any letter case; unknown columns are left alone.

    Raises:
        FileFault: names are missing or there twice.
    """

    def __init__(self, header: Sequence[str]) -> None:
        names = [column_name(cell) for cell in header]
        faults = [f"there is no column {name}" for name in (SYMBOL, TIMESTAMP) if name not in names]
        faults += [f"the column {name} is there twice" for name in _KNOWN if names.count(name) > 1]
        if len(names) > MAX_COLUMNS:
            faults = [f"there are more than {MAX_COLUMNS} columns"]
        if faults:
            raise FileFault("the header is wrong: " + "; ".join(faults))
        self._names = names
        self._symbol = names.index(SYMBOL)
        self._timestamp = names.index(TIMESTAMP)
        self._numbers = [(name, names.index(name)) for name in NUMBERS if name in names]

    def row(self, cells: Sequence[str]) -> Row:
        """Return the row; raises BadRow."""
        if len(cells) != len(self._names):
            many = "many" if len(cells) > len(self._names) else "few"
            raise BadRow(f"too {many} columns: the row has {len(cells)}, the header {len(self._names)}")
        problems: list[str] = []
        symbol = cells[self._symbol].strip()
        if not is_symbol(symbol):
            problems.append(f"symbol is not {SYMBOL_FORM}" if symbol else "missing symbol")
        timestamp = self._moment(cells, problems)
        numbers: dict[str, Decimal] = {}
        for name, index in self._numbers:
            if text := cells[index].strip():
                number = number_of(text)
                if number is None:
                    problems.append(f"{name} is not {NUMBER_FORM}")
                else:
                    numbers[name] = number
        if "volume" in numbers and numbers["volume"] < 0:
            problems.append("volume is negative")
        if "high" in numbers and "low" in numbers and numbers["high"] < numbers["low"]:
            problems.append("high is less than low")
        if problems:
            repeated = [column_name(cell) for cell in cells] == self._names
            raise BadRow("the header is repeated" if repeated else "; ".join(problems))
        return Row(symbol, timestamp, numbers)

    def _moment(self, cells: Sequence[str], problems: list[str]) -> int:
        text = cells[self._timestamp].strip()
        try:
            return moment_of(text)
        except NoMoment as fault:
            problems.append(f"timestamp {fault}" if text else "missing timestamp")
        return 0


def column_name(cell: str) -> str:
    """Return the name of a column as it is compared; a reader may have left the mark of UTF-8 on the first one."""
    return cell.removeprefix("\ufeff").strip().lower()
