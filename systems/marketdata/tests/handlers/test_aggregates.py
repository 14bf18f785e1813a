"""Sums over records against an independent computation with fractions, to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from marketdata.aggregates import INTERVALS, MEAN_PLACES, bars_of, summary_of
from marketdata.ports import Record
from marketdata.values import number_of, number_text

DAY = 86_400_000


def record(at: int, **numbers: str) -> Record:
    return Record("A", at, {name: Decimal(text) for name, text in numbers.items()}, "job", 2)


def rounded(number: Fraction) -> str:
    """To 12 decimals; `round` takes halves to even."""
    whole = round(number * 10**MEAN_PLACES)
    sign, digits = "-" if whole < 0 else "", f"{abs(whole):0{MEAN_PLACES + 1}}"
    return number_text(Decimal(f"{sign}{digits[:-MEAN_PLACES]}.{digits[-MEAN_PLACES:]}"))


def random_records(seed: int, count: int) -> list[Record]:
    random = Random(seed)

    def number(least: int = -(10**6)) -> str:
        return f"{random.randrange(least, 10**6)}.{random.randrange(10 ** random.randrange(1, 18))}"

    found: list[Record] = []
    at = 0
    for _ in range(count):
        at += random.randrange(1, 200_000)
        numbers = {name: number() for name in ("open", "close", "price") if random.random() < 0.7}
        if random.random() < 0.7:
            numbers["volume"] = number(0)
        low, high = sorted([Decimal(number()), Decimal(number())])
        numbers |= {name: str(n) for name, n in (("low", low), ("high", high)) if random.random() < 0.7}
        found.append(record(at, **numbers))
    return found


def prices(records: Sequence[Record]) -> list[tuple[Fraction, Fraction]]:
    """Price and volume of the records that have a price."""
    found: list[tuple[Fraction, Fraction]] = []
    for each in records:
        price = each.numbers.get("price", each.numbers.get("close"))
        if price is not None:
            found.append((Fraction(price), Fraction(each.numbers.get("volume", Decimal(0)))))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_a_summary(seed: int) -> None:
    records = random_records(seed, 200)
    summary = summary_of(records)
    priced = prices(records)
    assert summary.count == 200
    assert (summary.first_at, summary.last_at) == (records[0].timestamp, records[-1].timestamp)
    assert [summary.first, summary.last] == [priced[0][0], priced[-1][0]]
    assert [summary.lowest, summary.highest] == [min(p for p, _ in priced), max(p for p, _ in priced)]
    assert summary.volume == sum(Fraction(each.numbers.get("volume", Decimal(0))) for each in records)
    assert summary.mean is not None
    assert summary.weighted_mean is not None
    assert number_text(summary.mean) == rounded(sum(p for p, _ in priced) / Fraction(len(priced)))
    assert number_text(summary.weighted_mean) == rounded(sum(p * v for p, v in priced) / sum(v for _, v in priced))


@pytest.mark.parametrize(
    ("numbers", "mean"),
    [
        (["1", "2"], "1.5"),
        (["0.000000000001", "0"], "0"),
        (["0.000000000003", "0"], "0.000000000002"),
        (["-0.000000000001", "0"], "0"),
        (["-0.000000000003", "0"], "-0.000000000002"),
        (["1", "0", "0"], "0.333333333333"),
        (["2", "0", "0"], "0.666666666667"),
        (["-2", "0", "0"], "-0.666666666667"),
        (["999999999999999999.999999999999999999"] * 2, "1000000000000000000"),
    ],
)
def test_means_are_rounded_once_and_halves_to_even(numbers: list[str], mean: str) -> None:
    summary = summary_of(record(at, price=text, volume="1") for at, text in enumerate(numbers))
    assert summary.mean is not None
    assert summary.weighted_mean is not None
    assert number_text(summary.mean) == number_text(summary.weighted_mean) == mean


def test_a_summary_of_nothing_and_of_records_without_numbers() -> None:
    empty, bare, untraded = summary_of([]), summary_of([record(5)]), summary_of([record(5, price="2")])
    assert (empty.count, empty.first_at, empty.mean, empty.weighted_mean, empty.volume) == (0, None, None, None, 0)
    assert (bare.count, bare.first_at, bare.first, bare.mean, bare.volume) == (1, 5, None, None, 0)
    assert (untraded.mean, untraded.weighted_mean) == (2, None)


@pytest.mark.parametrize("interval", INTERVALS.values())
@pytest.mark.parametrize("seed", range(5))
def test_bars(seed: int, interval: int) -> None:
    records = random_records(seed, 200)
    bars = list(bars_of(records, interval))
    starts = sorted({each.timestamp - each.timestamp % interval for each in records})
    assert [bar.start for bar in bars] == starts
    for bar in bars:
        mine = [each for each in records if bar.start <= each.timestamp < bar.start + interval]
        assert bar.count == len(mine)
        assert bar.volume == sum(Fraction(each.numbers.get("volume", Decimal(0))) for each in mine)
        opens, highs, lows, closes = [], [], [], []
        for each in mine:
            price = each.numbers.get("price", each.numbers.get("close"))
            ends = [each.numbers.get("open", price), each.numbers.get("close", price)]
            known = [n for n in (*ends, price) if n is not None]
            opens += ends[:1]
            closes += ends[1:]
            highs += [each.numbers["high"]] if "high" in each.numbers else known
            lows += [each.numbers["low"]] if "low" in each.numbers else known
        assert bar.open == next((n for n in opens if n is not None), None)
        assert bar.close == next((n for n in reversed(closes) if n is not None), None)
        assert bar.high == max(highs, default=None)
        assert bar.low == min(lows, default=None)


def test_a_number_with_too_many_digits_is_not_rounded_to_fit() -> None:
    assert number_of("+999999999999999999.9999999999999999991") is None
    assert number_of("1000000000000000000") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("19.90", "19.9"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0e999", "0"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("+.5", "0.5"),
        ("100", "100"),
        ("0.1234567890123456780000", "0.123456789012345678"),
        ("+999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
    ],
)
def test_numbers_travel_without_needless_signs(text: str, shown: str) -> None:
    number = number_of(text)
    assert number is not None
    assert number_text(number) == shown
