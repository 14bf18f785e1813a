"""Files on their way: from a slot to records and aggregates, small and large, once and again."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from marketdata_stack import LARGE, Market, notification, unique

pytestmark = pytest.mark.e2e

QUERYABLE = 30.0  # seconds from the PUT of a file of 100,000 rows; of these tests' files are smaller
PAGED = 1_050  # for each page the emulator looks at all of them; test_volume has a symbol with more
SECOND = 1_700_000_000


@pytest.fixture(scope="module")
def paged(market: Market) -> str:
    """A symbol with more records than any page; its volumes say in which order they are."""
    symbol = unique()
    rows = "".join(f"{symbol},{SECOND + n},{n}\n" for n in reversed(range(PAGED)))
    job = market.succeeded(market.upload(f"symbol,timestamp,volume\n{rows}"), QUERYABLE)
    assert job["rows"] == {"total": PAGED, "accepted": PAGED, "rejected": 0, "superseded": 0}
    return symbol


def test_what_a_file_comes_to_is_what_pandas_says(market: Market) -> None:
    # A copy of this project runs its tests without pandas, too.
    expected = pytest.importorskip("marketdata_expected", reason="needs pandas")
    symbols = [unique() for _ in range(3)]
    content = expected.file_of(symbols, 3000, seed=1)
    kept, sums = expected.frame_of(io.StringIO(content))
    slot = market.slot(size=len(content))
    assert slot.keys() == {"jobId", "uploadUrl", "uploadHeaders", "key", "expiresAt", "statusUrl"}
    assert market.job(slot["jobId"])["state"] == "awaiting-upload"
    assert market.send(slot, content).status == 200

    job = market.http("GET", slot["statusUrl"]).json()
    assert job["jobId"] == slot["jobId"]
    job = market.succeeded(slot["jobId"], QUERYABLE)

    assert (job["state"], job["rows"]) == ("succeeded-with-errors", sums)
    assert all(sums.values())
    report = market.http("GET", job["reportUrl"]).json()
    assert report["rejectedRows"] == job["rejectedRows"]
    assert len(report["rejectedRows"]) == sums["rejected"]
    for symbol in symbols:
        records = kept[kept["symbol"] == symbol]
        assert market.results(symbol, aggregate="summary") == {"symbol": symbol, **expected.summary_of(records)}
        for interval, milliseconds in (("15m", 900_000), ("1d", 86_400_000)):
            found = market.pages(symbol, aggregate="ohlc", interval=interval, limit="100")
            assert [bar for page in found for bar in page] == expected.bars_of(records, milliseconds)


def test_paging_returns_every_record_once_in_order(market: Market, paged: str) -> None:
    found = [[int(item["volume"]) for item in page] for page in market.pages(paged, limit="100")]

    assert [volume for page in found for volume in page] == list(range(PAGED))
    assert {len(page) for page in found[:-1]} == {100}


def test_ranges_with_many_records_with_one_and_with_none(market: Market, paged: str) -> None:
    whole = market.results(paged, aggregate="summary")
    assert (whole["count"], whole["volume"], whole["mean"]) == (PAGED, str(sum(range(PAGED))), None)
    for first, last, count in ((0, PAGED, PAGED), (7, 7, 1), (PAGED, PAGED + 9, 0), (9, 8, 0)):
        span = {"from_": str(SECOND + first), "to": str(SECOND + last)}
        assert market.results(paged, aggregate="summary", **span)["count"] == count
        bars = market.results(paged, aggregate="ohlc", interval="1d", **span)["items"]
        assert sum(bar["count"] for bar in bars) == count
        items = market.results(paged, limit="2", **span)["items"]
        assert [item["volume"] for item in items] == [str(n) for n in range(first, first + min(count, 2))]


def test_the_same_event_again_and_the_same_file_under_another_name_change_nothing(market: Market) -> None:
    symbol, bucket = unique(), market.outputs["data_bucket_name"]
    content = f"symbol,timestamp,price\n{symbol},1,1\n{symbol},1,2\n{symbol},2,x\n{symbol},3,4\n"
    slot = market.slot("first.csv")
    assert market.send(slot, content).status == 200
    first = market.succeeded(slot["jobId"])
    table = market.records(symbol)
    assert {at: record["price"] for at, record in table.items()} == {1000: "2", 3000: "4"}

    for _ in range(4):
        outcome = market.invoke("processor", notification(bucket, slot["key"]))
        assert [file["outcome"] for file in outcome["files"]] == ["gone"]
    second = market.succeeded(market.upload(content, "second.csv"))

    assert second["rows"] == first["rows"] == {"total": 4, "accepted": 2, "rejected": 1, "superseded": 1}
    assert market.records(symbol) == table
    assert market.job(slot["jobId"])["rows"] == first["rows"]
    # What is put away has no event of its own.
    assert market.files(f"processed/{slot['jobId']}/") == [f"processed/{slot['jobId']}/first.csv"]


def test_a_file_over_the_threshold_ends_in_the_same_table_and_the_same_job(market: Market) -> None:
    symbols, ended = [unique(), unique()], list[dict[str, Any]]()
    rows = [
        (0, 10, "1.5"),
        (1, 10, "2.5"),
        (0, 10, "3.5"),
        (0, 20, "NaN"),
        (1, 30, "4"),
        (1, 10, "5"),
        (0, 40, ""),
    ]
    tables: list[list[Any]] = []
    for note in ("x", "x" * 60_000):
        lines = [f'{symbols[which]},{at},{price},"{note}"' for which, at, price in rows]
        padding = [f"{unique()},1,1,{note}" for _ in range(LARGE // 60_000 + 1)]
        job_id = market.upload("\r\n".join(["symbol,timestamp,price,note", *lines, *padding]))
        ended.append(market.succeeded(job_id, 60))
        tables.append([market.records(symbol) for symbol in symbols])
        assert len(market.executions(job_id)) == (len(note) > 1)

    small, large = ended
    assert tables[0] == tables[1]
    assert tables[0][0] == {
        10_000: {"symbol": symbols[0], "line": "4", "price": "3.5"},
        40_000: {"symbol": symbols[0], "line": "8"},
    }
    for each in (small, large):
        assert each["rows"] == {"total": 14, "accepted": 11, "rejected": 1, "superseded": 2}
        assert [rejected["line"] for rejected in each["rejectedRows"]] == [5]
    assert small["rejectedRows"] == large["rejectedRows"]
    assert small.keys() == large.keys()
    reports = [market.http("GET", each["reportUrl"]).json() for each in (small, large)]
    assert [{**report, "file": ""} for report in reports] == [{**reports[0], "file": ""}] * 2


def test_a_bad_file_fails_with_one_reason_and_is_put_aside(market: Market) -> None:
    job_id = market.upload("AAPL,1700000000,1.5\n")

    job = market.ended(job_id)

    assert (job["state"], job["rows"]["total"]) == ("failed", 0)
    assert job["reason"] == "the header is wrong: there is no column symbol; there is no column timestamp"
    market.eventually("the file is put aside", lambda: market.files(f"failed/{job_id}/"))
    assert not market.files(f"incoming/{job_id}/")


def test_a_slot_takes_one_file_of_the_stated_size(market: Market) -> None:
    content = f"symbol,timestamp\n{unique()},1\n"
    slot = market.slot(size=len(content))
    longer = {**slot, "uploadHeaders": {**slot["uploadHeaders"], "Content-Length": str(len(content) + 1)}}

    assert market.send(longer, content + "\n").status == 403
    assert market.http("PUT", slot["uploadUrl"], content.encode(), {"Content-Type": "text/csv"}).status == 403
    assert market.send(slot, content).status == 200
    job = market.succeeded(slot["jobId"])
    assert job["rows"]["accepted"] == 1
    # Another file for the same job is not taken, though its place is free again.
    assert market.send(slot, content.replace(",1", ",2")).status == 200
    market.eventually("it is put aside", lambda: market.files(f"failed/{slot['jobId']}/"))
    assert json.dumps(market.job(slot["jobId"])["rows"]) == json.dumps(job["rows"])
