"""Questions about more records than fit into memory: pages are read as they are needed, and let go."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from marketdata.functions import results_function
from marketdata.moments import moment_text
from marketdata_wire import WireTable

from stackwright_handlers.function import new_logger
from stackwright_handlers.testing import Answer, Context, proxy_event

PAGE = 250
STEP = 1000


class Symbol:
    """A symbol with a record for every second, which are made when they are asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pages = 0
        self._results = results_function(WireTable(self._page).records(), lambda: b"0123456789abcdef", new_logger())

    def _page(self, query: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.pages += 1
        values = query["ExpressionAttributeValues"]
        last = min(int(values[":last"]["N"]) // STEP, self.count - 1)
        start = query.get("ExclusiveStartKey")
        first = -(-int(values[":first"]["N"]) // STEP) if start is None else int(start["timestamp"]["N"]) // STEP + 1
        end = min(first + min(PAGE, query.get("Limit", PAGE)) - 1, last)
        more = {} if end == last else {"LastEvaluatedKey": {"symbol": {"S": "A"}, "timestamp": {"N": str(end * STEP)}}}
        return 200, {"Items": [item(n) for n in range(first, end + 1)], **more}

    def ask(self, **query: str) -> Any:
        query = {name.rstrip("_"): value for name, value in query.items()}
        answer = Answer.of(self._results(proxy_event("GET", "/results/A", "/results/A", query=query), Context()))
        assert answer.status == 200, answer.body
        return answer.body


def item(n: int) -> dict[str, dict[str, str]]:
    return {
        "symbol": {"S": "A"},
        "timestamp": {"N": str(n * STEP)},
        "price": {"N": f"{n % 100}.25"},
        "volume": {"N": "2"},
        "jobId": {"S": "job"},
        "line": {"N": str(n + 2)},
    }


def test_a_summary_of_many_records_takes_the_memory_of_a_page() -> None:
    def peak(count: int) -> int:
        symbol = Symbol(count)
        symbol.ask(aggregate="summary", to="0")
        tracemalloc.start()
        summary = symbol.ask(aggregate="summary")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert symbol.pages == 1 + count // PAGE
        assert summary["count"] == count
        assert summary["volume"] == str(2 * count)
        assert (summary["mean"], summary["volumeWeightedMean"], summary["max"]) == ("49.75", "49.75", "99.25")
        assert summary["lastTime"] == moment_text((count - 1) * STEP)
        return most

    assert peak(4_000) < 1.2 * peak(1_000)


def test_bars_of_many_records_read_what_a_page_of_bars_needs() -> None:
    symbol = Symbol(1_000_000)
    # Ten bars, one more to see that there are more, and the record behind it.
    needed = -(-(11 * 300 + 1) // PAGE)
    first = symbol.ask(aggregate="ohlc", interval="5m", limit="10")
    assert symbol.pages == needed
    second = symbol.ask(aggregate="ohlc", interval="5m", limit="10", cursor=first["nextCursor"])
    assert symbol.pages == 2 * needed
    bars = first["items"] + second["items"]
    assert [bar["start"] for bar in bars] == [moment_text(n * 300_000) for n in range(20)]
    assert {bar["count"] for bar in bars} == {300}
    assert {Decimal(bar["volume"]) for bar in bars} == {600}


def test_paging_returns_every_record_once_in_order() -> None:
    symbol, seen, cursor = Symbol(10_050), list[int](), dict[str, str]()
    while True:
        page = symbol.ask(limit="100", **cursor)
        seen += [each["timestamp"] for each in page["items"]]
        assert len(page["items"]) == 100 or page["nextCursor"] is None
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == [n * STEP for n in range(10_050)]
    # One Query for each, of no more than it shows and one more.
    assert symbol.pages == 101


@pytest.mark.parametrize(("seconds", "count"), [((5, 5), 1), ((999_999, 2_000_000), 1), ((1_000_000, 2_000_000), 0)])
def test_ranges_with_one_record_and_with_none(seconds: tuple[int, int], count: int) -> None:
    symbol = Symbol(1_000_000)
    first, last = (datetime.fromtimestamp(each, UTC).isoformat() for each in seconds)
    records = symbol.ask(from_=first, to=last)
    assert (len(records["items"]), records["nextCursor"]) == (count, None)
    summary = symbol.ask(aggregate="summary", from_=first, to=last)
    assert summary["count"] == count
    assert (summary["first"] is None, summary["mean"] == summary["last"]) == (not count, True)
    assert len(symbol.ask(aggregate="ohlc", interval="1d", from_=first, to=last)["items"]) == count
