"""Values of one metric per period, newest first, with None where there is no data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Number = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One value per period. ``period`` is in seconds."""

    values: tuple[Number, ...]
    period: float

    def map(self, function: Callable[[float], Number]) -> Series:
        """Apply to every value that is there."""
        return Series(tuple(None if value is None else function(value) for value in self.values), self.period)

    @property
    def present(self) -> list[float]:
        return [value for value in self.values if value is not None]


def combine(function: Callable[[float, float], Number], left: Series, right: Series) -> Series:
    """Period by period; where one side has no data the result has none."""
    pairs = zip(left.values, right.values, strict=True)
    return Series(tuple(None if a is None or b is None else function(a, b) for a, b in pairs), left.period)


def across(function: Callable[[Sequence[float]], float], many: Sequence[Series]) -> Series:
    """Period by period over several series, leaving out the ones without data in that period."""
    columns = zip(*(series.values for series in many), strict=True)
    present = [[value for value in column if value is not None] for column in columns]
    return Series(tuple(function(column) if column else None for column in present), many[0].period)
