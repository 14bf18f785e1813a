"""GET /results/{symbol}: records page by page, or sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.errors import RequestError
from stackwright_handlers.files import Remaining
from stackwright_handlers.pages import PageRequest, page_of
from stackwright_handlers.table.items import Position

from .aggregates import INTERVALS, Bar, Summary, bars_of, summary_of
from .moments import FIRST, FORMS, LAST, NoMoment, moment_of, moment_text
from .ports import Record, Records
from .rows import NUMBERS
from .values import SYMBOL_FORM, is_symbol, number_text

_AGGREGATES: Final = ("summary", "ohlc")
# API Gateway waits for 29 seconds; the answer takes its time, too.
_SECONDS_TO_STOP: Final = 2.0
_CHECKED_EVERY: Final = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the client sent it."""

    symbol: str
    query: Mapping[str, str]
    page: PageRequest
    remaining: Remaining


class Results:
    """Answers questions about a symbol."""

    def __init__(self, kept: Records, cursors: Cursors) -> None:
        self._kept = kept
        self._cursors = cursors

    def answer(self, asked: Asked) -> dict[str, object]:
        """Return what was asked for.

        Raises:
            RequestError: 400, the question cannot be answered.
            InfrastructureError: records or the cursors' key could not be read.
        """
        if not is_symbol(asked.symbol):
            raise RequestError(400, "invalid_symbol", f"A symbol is {SYMBOL_FORM}.")
        span = _time(asked, "from", FIRST), _time(asked, "to", LAST)
        aggregate = asked.query.get("aggregate")
        if aggregate is None:
            return self._records(asked, span)
        if aggregate == "summary":
            return _summary(asked.symbol, summary_of(_in_time(self._kept.between(asked.symbol, *span), asked)))
        if aggregate == "ohlc":
            return self._bars(asked, span)
        raise RequestError(
            400, "invalid_aggregate", "aggregate is one of summary and ohlc.", {"allowed": list(_AGGREGATES)}
        )

    def _records(self, asked: Asked, span: tuple[int, int]) -> dict[str, object]:
        def find(limit: int, after: Position | None) -> list[Record]:
            first = span[0] if after is None else _place(after) + 1
            return list(islice(self._kept.between(asked.symbol, first, span[1], limit), limit))

        scope = f"records\n{asked.symbol}\n{span}"
        page = page_of(
            asked.page, scope, self._cursors, find, lambda record: Position(record.symbol, str(record.timestamp))
        )
        return {"items": [_record(each) for each in page.items], "nextCursor": page.next_cursor}

    def _bars(self, asked: Asked, span: tuple[int, int]) -> dict[str, object]:
        interval = INTERVALS.get(asked.query.get("interval", ""))
        if interval is None:
            allowed = list(INTERVALS)
            message = f"aggregate=ohlc needs an interval, one of {', '.join(allowed)}."
            raise RequestError(400, "invalid_interval", message, {"allowed": allowed})

        def find(limit: int, after: Position | None) -> list[Bar]:
            first = span[0] if after is None else _place(after) + interval
            records = _in_time(self._kept.between(asked.symbol, first, span[1]), asked)
            return list(islice(bars_of(records, interval), limit))

        scope = f"ohlc\n{asked.symbol}\n{span}\n{interval}"
        page = page_of(asked.page, scope, self._cursors, find, lambda bar: Position(asked.symbol, str(bar.start)))
        return {"items": [_bar(each) for each in page.items], "nextCursor": page.next_cursor}


def _time(asked: Asked, parameter: str, otherwise: int) -> int:
    text = asked.query.get(parameter)
    if text is None:
        return otherwise
    try:
        return moment_of(text.strip())
    except NoMoment as fault:
        raise RequestError(
            400, "invalid_time", f"{parameter} {fault}.", {"parameter": parameter, "allowed": FORMS}
        ) from None


def _in_time(records: Iterator[Record], asked: Asked) -> Iterator[Record]:
    """Hand the records on as long as there is time to answer."""
    for number, record in enumerate(records):
        if number % _CHECKED_EVERY == 0 and asked.remaining() < _SECONDS_TO_STOP:
            raise RequestError(
                400, "range_too_large", "There are too many records between from and to; ask for less at once."
            )
        yield record


def _place(position: Position) -> int:
    return int(position.sort or 0)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else number_text(number)


def _record(record: Record) -> dict[str, object]:
    numbers = {name: number_text(record.numbers[name]) for name in NUMBERS if name in record.numbers}
    return {
        "symbol": record.symbol,
        "timestamp": record.timestamp,
        "time": moment_text(record.timestamp),
        **numbers,
        "jobId": record.job_id,
        "line": record.line,
    }


def _summary(symbol: str, summary: Summary) -> dict[str, object]:
    return {
        "symbol": symbol,
        "count": summary.count,
        "firstTime": None if summary.first_at is None else moment_text(summary.first_at),
        "lastTime": None if summary.last_at is None else moment_text(summary.last_at),
        "first": _text(summary.first),
        "last": _text(summary.last),
        "min": _text(summary.lowest),
        "max": _text(summary.highest),
        "mean": _text(summary.mean),
        "volumeWeightedMean": _text(summary.weighted_mean),
        "volume": number_text(summary.volume),
    }


def _bar(bar: Bar) -> dict[str, object]:
    return {
        "start": moment_text(bar.start),
        "open": _text(bar.open),
        "high": _text(bar.high),
        "low": _text(bar.low),
        "close": _text(bar.close),
        "volume": number_text(bar.volume),
        "count": bar.count,
    }
