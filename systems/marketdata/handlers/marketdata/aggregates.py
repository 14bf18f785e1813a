"""Sums over records, exactly: no rounding but that of the means, which is to 12 decimals, halves to even.

The price of a record is its `price`, or its `close` where it has none. Where a record lacks `open`, `high`, `low` or
`close`, its price stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from itertools import groupby
from typing import Final

from .ports import Record

MEAN_PLACES: Final = 12

INTERVALS: Final = {"1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": 3_600_000, "1d": 86_400_000}
"""In milliseconds."""

# A price times a volume has 72 digits, and a sum of 10^20 of them 92.
_EXACT: Final = Context(prec=100, traps=[Inexact])
_STEP: Final = Decimal(1).scaleb(-MEAN_PLACES)
_ZERO: Final = Decimal(0)


@dataclass(slots=True)
class Summary:
    """Of some records; times and prices are None where no record has one."""

    count: int = 0
    first_at: int | None = None
    last_at: int | None = None
    priced: int = 0
    first: Decimal | None = None
    last: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    volume: Decimal = _ZERO
    _sum: Decimal = field(default=_ZERO, repr=False)
    _weighted_sum: Decimal = field(default=_ZERO, repr=False)
    _weight: Decimal = field(default=_ZERO, repr=False)

    @property
    def mean(self) -> Decimal | None:
        """The mean price."""
        return _mean(self._sum, Decimal(self.priced))

    @property
    def weighted_mean(self) -> Decimal | None:
        """The mean price, weighted by volume; None if nothing was traded."""
        return _mean(self._weighted_sum, self._weight)

    def add(self, record: Record) -> None:
        """Add a record that comes after those before."""
        self.count += 1
        self.first_at = record.timestamp if self.first_at is None else self.first_at
        self.last_at = record.timestamp
        volume = record.numbers.get("volume", _ZERO)
        self.volume = _EXACT.add(self.volume, volume)
        price = price_of(record)
        if price is None:
            return
        self.priced += 1
        self.first = price if self.first is None else self.first
        self.last = price
        self.lowest = price if self.lowest is None else min(self.lowest, price)
        self.highest = price if self.highest is None else max(self.highest, price)
        self._sum = _EXACT.add(self._sum, price)
        self._weighted_sum = _EXACT.add(self._weighted_sum, _EXACT.multiply(price, volume))
        self._weight = _EXACT.add(self._weight, volume)


@dataclass(slots=True)
class Bar:
    """Open, high, low and close of an interval."""

    start: int
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    close: Decimal | None = None
    volume: Decimal = _ZERO
    count: int = 0

    def add(self, record: Record) -> None:
        """Add a record that comes after those before."""
        numbers = record.numbers
        self.count += 1
        self.volume = _EXACT.add(self.volume, numbers.get("volume", _ZERO))
        price = price_of(record)
        first, last = numbers.get("open", price), numbers.get("close", price)
        self.open = first if self.open is None else self.open
        self.close = self.close if last is None else last
        known = [n for n in (first, last, price) if n is not None]
        highest = numbers.get("high", max(known, default=None))
        lowest = numbers.get("low", min(known, default=None))
        if highest is not None:
            self.high = highest if self.high is None else max(self.high, highest)
        if lowest is not None:
            self.low = lowest if self.low is None else min(self.low, lowest)


def summary_of(records: Iterable[Record]) -> Summary:
    """Return the summary of records in order of time."""
    summary = Summary()
    for record in records:
        summary.add(record)
    return summary


def bars_of(records: Iterable[Record], interval: int) -> Iterator[Bar]:
    """Return the bars of records in order of time; intervals without records have none."""
    for number, group in groupby(records, key=lambda record: record.timestamp // interval):
        bar = Bar(number * interval)
        for record in group:
            bar.add(record)
        yield bar


def price_of(record: Record) -> Decimal | None:
    """Return the price of a record, if it has one."""
    price = record.numbers.get("price")
    return record.numbers.get("close") if price is None else price


def _mean(total: Decimal, weight: Decimal) -> Decimal | None:
    if not weight:
        return None
    # Rounded once: the integer quotient is exact, and its remainder says where the half lies.
    scaled = _EXACT.scaleb(total, MEAN_PLACES)
    quotient, remainder = _EXACT.divmod(scaled, weight)
    double = _EXACT.multiply(_EXACT.abs(remainder), Decimal(2))
    odd = bool(_EXACT.remainder(quotient, Decimal(2)))
    if double > weight or (double == weight and odd):
        quotient = _EXACT.add(quotient, Decimal(-1 if total < 0 else 1))
    return _EXACT.multiply(quotient, _STEP)
