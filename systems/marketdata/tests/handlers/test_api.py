"""The API's functions and the processor as API Gateway, S3 and Step Functions call them, on ports in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from marketdata.functions import (
    ProcessorWorld,
    processor_function,
    results_function,
    status_function,
    upload_function,
)
from marketdata.moments import moment_of, moment_text
from marketdata.ports import Record
from marketdata_memory import MemoryWorld

from stackwright_handlers.errors import InvalidTaskError, TableError
from stackwright_handlers.function import new_logger
from stackwright_handlers.testing import Answer, Context, MemoryAnswers, MemoryFile, proxy_event


class Service:
    """All functions on one world."""

    def __init__(self, largest: int = 1000) -> None:
        self.world = world = MemoryWorld(largest)
        self.answers = MemoryAnswers()
        log = new_logger()
        self._api = {
            "upload": upload_function(world.jobs, world.files, lambda: self.answers, world.clock, 30, log),
            "status": status_function(world.jobs, world.files, log),
            "results": results_function(world.records, lambda: b"0123456789abcdef", log),
        }
        outside = ProcessorWorld(world.jobs, world.records, world.files, "data", world.workflow, world.clock, None)
        self.processor = processor_function(outside, largest, 30, log)

    def call(self, method: str, path: str, body: object = None, remaining_ms: int = 29_000, **extra: Any) -> Answer:
        function = path.split("/")[1]
        event = proxy_event(method, path, path, body, **extra)
        return Answer.of(self._api[function](event, Context(remaining_ms=remaining_ms)))

    def results(self, symbol: str = "A", remaining_ms: int = 29_000, **query: str) -> Answer:
        query = {name.rstrip("_"): value for name, value in query.items()}
        return self.call("GET", f"/results/{symbol}", query=query, remaining_ms=remaining_ms)

    def notify(self, *keys: str, bucket: str = "data") -> dict[str, Any]:
        records = [{"s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}} for key in keys]
        return self.processor({"Records": records}, Context(remaining_ms=300_000))


@pytest.fixture
def service() -> Service:
    return Service()


def fill(service: Service, count: int, step: int = 1000) -> None:
    for n in range(count):
        numbers = {"price": Decimal(n), "volume": Decimal(1)}
        service.world.records.rows["A", n * step] = Record("A", n * step, numbers, "job", n + 2)


class TestUpload:
    def test_the_whole_way(self, service: Service) -> None:
        answer = service.call("POST", "/upload", {"filename": "prices 1.csv", "sizeBytes": 56})
        assert answer.status == 201
        job_id = answer.body["jobId"]
        assert answer.body == {
            "jobId": job_id,
            "uploadUrl": f"https://bucket/incoming/{job_id}/prices 1.csv?put&size=56&seconds=900",
            "uploadHeaders": {"If-None-Match": "*"},
            "key": f"incoming/{job_id}/prices 1.csv",
            "expiresAt": "2025-03-04T05:21:07.000089Z",
            "statusUrl": f"https://abc.execute-api.us-east-1.amazonaws.com/prod/status/{job_id}",
        }
        waiting = service.call("GET", f"/status/{job_id}")
        assert (waiting.status, waiting.body) == (
            200,
            {
                "jobId": job_id,
                "state": "awaiting-upload",
                "rows": {"total": 0, "accepted": 0, "rejected": 0, "superseded": 0},
                "rejectedRows": [],
                "createdAt": "2025-03-04T05:06:07.000089Z",
            },
        )

        content = b"symbol,timestamp,price\nA,1,19.90\nA,1,20.10\nB,never,1\n"
        service.world.files.objects[answer.body["key"]] = MemoryFile(content)
        assert service.notify(answer.body["key"])["files"][0]["outcome"] == "succeeded-with-errors"

        done = service.call("GET", f"/status/{job_id}").body
        assert done["rows"] == {"total": 3, "accepted": 1, "rejected": 1, "superseded": 1}
        [rejected] = done["rejectedRows"]
        assert rejected["line"] == 4
        assert done["reportUrl"] == f"https://bucket/rejected/{job_id}.json?get&seconds=900"
        assert service.results().body == {
            "items": [
                {
                    "symbol": "A",
                    "timestamp": 1000,
                    "time": "1970-01-01T00:00:01.000Z",
                    "price": "20.1",
                    "jobId": job_id,
                    "line": 3,
                }
            ],
            "nextCursor": None,
        }

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (None, "missing_body"),
            ("{", "invalid_json"),
            ("[]", "not_an_object"),
            ({}, "missing_field"),
            ({"filename": 1}, "invalid_field"),
            ({"filename": "a.txt"}, "invalid_field"),
            ({"filename": "../a.csv"}, "invalid_field"),
            ({"filename": "a/b.csv"}, "invalid_field"),
            ({"filename": ".csv"}, "invalid_field"),
            ({"filename": "x" * 197 + ".csv"}, "invalid_field"),
            ({"filename": "a.csv", "more": 1}, "invalid_field"),
            ({"filename": "a.csv", "sizeBytes": 0}, "invalid_field"),
            ({"filename": "a.csv", "sizeBytes": "1"}, "invalid_field"),
            ({"filename": "a.csv", "sizeBytes": 5368709121}, "invalid_field"),
        ],
    )
    def test_a_body_that_cannot_be_taken(self, service: Service, body: object, code: str) -> None:
        answer = service.call("POST", "/upload", body)
        assert (answer.status, answer.code) == (400, code)
        assert not service.world.jobs.rows

    def test_the_same_key_gives_the_same_job(self, service: Service) -> None:
        headers = {"Idempotency-Key": "k"}
        first, second = (service.call("POST", "/upload", {"filename": "a.csv"}, headers=headers) for _ in range(2))
        other = service.call("POST", "/upload", {"filename": "b.csv"}, headers=headers)
        assert first.body == second.body
        assert (other.status, other.code) == (409, "idempotency_key_reused")
        # A crash before the answer was kept.
        self_made = len(service.world.jobs.rows)
        service.answers.records.clear()
        again = service.call("POST", "/upload", {"filename": "a.csv"}, headers=headers)
        assert (again.body["jobId"], len(service.world.jobs.rows)) == (first.body["jobId"], self_made)

    def test_a_failure_is_raised(self, service: Service) -> None:
        service.world.steps.failures["jobId write"] = TableError("down")
        with pytest.raises(TableError):
            service.call("POST", "/upload", {"filename": "a.csv"})


@pytest.mark.parametrize("job_id", ["x", "00000000-0000-0000-0000-000000000000", "idempotency#x"])
def test_a_job_that_there_is_not(service: Service, job_id: str) -> None:
    service.world.jobs.rows["idempotency#x"] = {"jobId": "idempotency#x"}
    answer = service.call("GET", f"/status/{job_id}")
    assert (answer.status, answer.code) in ((404, "job_not_found"), (404, "route_not_found"))


class TestResults:
    @pytest.mark.parametrize("limit", ["1", "7", "100"])
    def test_paging_returns_every_record_once_in_order(self, service: Service, limit: str) -> None:
        fill(service, 250)
        seen: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            answer = service.results(limit=limit, from_="10", to="239", **cursor)
            seen += [item["timestamp"] for item in answer.body["items"]]
            assert len(answer.body["items"]) <= int(limit)
            if answer.body["nextCursor"] is None:
                break
            cursor = {"cursor": answer.body["nextCursor"]}
        assert seen == [n * 1000 for n in range(10, 240)]

    def test_a_cursor_belongs_to_one_question(self, service: Service) -> None:
        fill(service, 30)
        cursor = service.results().body["nextCursor"]
        for changed in ({"cursor": cursor + "x"}, {"cursor": cursor, "from_": "1"}, {"cursor": "x.y"}):
            answer = service.results(**changed)
            assert (answer.status, answer.code) == (400, "invalid_cursor")
        bars = service.results(aggregate="ohlc", interval="1m", cursor=cursor)
        assert (bars.status, bars.code) == (400, "invalid_cursor")
        assert service.results("B", cursor=cursor).code == "invalid_cursor"

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"from_": "yesterday"}, "invalid_time"),
            ({"to": "2100-01-01"}, "invalid_time"),
            ({"to": ""}, "invalid_time"),
            ({"aggregate": "median"}, "invalid_aggregate"),
            ({"aggregate": "ohlc"}, "invalid_interval"),
            ({"aggregate": "ohlc", "interval": "2m"}, "invalid_interval"),
            ({"limit": "0"}, "invalid_limit"),
            ({"limit": "101"}, "invalid_limit"),
        ],
    )
    def test_a_question_that_cannot_be_answered(self, service: Service, query: dict[str, str], code: str) -> None:
        answer = service.results(**query)
        assert (answer.status, answer.code) == (400, code)

    @pytest.mark.parametrize("symbol", ["A" * 33, "=1", "a b"])
    def test_a_symbol_that_there_cannot_be(self, service: Service, symbol: str) -> None:
        answer = service.results(symbol)
        assert (answer.status, answer.code) == (400, "invalid_symbol")

    @pytest.mark.parametrize("symbol", ["BRK.B", "^GSPC", "EURUSD=X", "BTC-USD", "NYSE:IBM"])
    def test_symbols_reach_their_records(self, service: Service, symbol: str) -> None:
        service.world.records.rows[symbol, 0] = Record(symbol, 0, {}, "job", 2)
        # API Gateway hands the path over as it was sent, and clients encode more or less of it.
        for sent in (symbol, quote(symbol, safe="")):
            assert [item["symbol"] for item in service.results(sent).body["items"]] == [symbol]

    def test_a_summary(self, service: Service) -> None:
        fill(service, 4)
        assert service.results(aggregate="summary", from_="1", to="1970-01-01T00:00:03Z").body == {
            "symbol": "A",
            "count": 3,
            "firstTime": "1970-01-01T00:00:01.000Z",
            "lastTime": "1970-01-01T00:00:03.000Z",
            "first": "1",
            "last": "3",
            "min": "1",
            "max": "3",
            "mean": "2",
            "volumeWeightedMean": "2",
            "volume": "3",
        }
        nothing = service.results("B", aggregate="summary").body
        assert (nothing["count"], nothing["mean"], nothing["firstTime"], nothing["volume"]) == (0, None, None, "0")

    def test_bars_page_by_page(self, service: Service) -> None:
        fill(service, 100, step=30_000)
        first = service.results(aggregate="ohlc", interval="1m", limit="30", from_="30").body
        second = service.results(
            aggregate="ohlc", interval="1m", limit="30", from_="30", cursor=first["nextCursor"]
        ).body
        assert second["nextCursor"] is None
        bars = first["items"] + second["items"]
        assert [moment_of(bar["start"]) for bar in bars] == [n * 60_000 for n in range(50)]
        assert [bar["count"] for bar in bars] == [1] + [2] * 49
        assert bars[1] == {
            "start": "1970-01-01T00:01:00.000Z",
            "open": "2",
            "high": "3",
            "low": "2",
            "close": "3",
            "volume": "2",
            "count": 2,
        }

    def test_what_takes_too_long_is_refused_before_the_gateway_gives_up(self, service: Service) -> None:
        fill(service, 10)
        answer = service.results(aggregate="summary", remaining_ms=1000)
        assert (answer.status, answer.code) == (400, "range_too_large")


class TestProcessor:
    def test_one_file_that_fails_does_not_stop_the_others(self, service: Service) -> None:
        jobs = [service.world.upload("symbol,timestamp\nA,1\n") for _ in range(2)]
        service.world.steps.failures["copy"] = TableError("down")
        with pytest.raises(TableError):
            service.notify(*(f"incoming/{job_id}/data.csv" for job_id in jobs))
        assert {service.world.job(job_id).state for job_id in jobs} == {"succeeded"}

    def test_other_folders_are_left_alone_and_other_buckets_refused(self, service: Service) -> None:
        assert service.notify("processed/a.csv")["files"] == [{"file": "processed/a.csv", "outcome": "ignored"}]
        with pytest.raises(InvalidTaskError):
            service.notify("incoming/a.csv", bucket="another")

    def test_tasks_of_the_workflow(self) -> None:
        service = Service(largest=10)
        job_id = service.world.upload("symbol,timestamp,price\nA,1,2\n")
        key = f"incoming/{job_id}/data.csv"
        service.notify(key)
        payload = dict(service.world.workflow.started[job_id])
        item = {"jobId": job_id, "index": 0, "row": {"symbol": "A", "timestamp": "1", "price": "2"}}
        assert service.processor({"task": "WriteRows", "rows": {"Items": [item]}}, Context())["accepted"] == 1
        assert service.processor({"task": "FinishJob", **payload}, Context())["accepted"] == 1
        late = service.processor({"task": "FailJob", **payload, "error": {"Error": "X"}}, Context())
        assert late["state"] == "succeeded"
        with pytest.raises(InvalidTaskError):
            service.processor({"task": "FinishJob"}, Context())


@pytest.mark.parametrize("moment", [0, 1, 999, 1_700_000_000_123, 4_102_444_799_999])
def test_times_there_and_back(moment: int) -> None:
    assert moment_of(moment_text(moment)) == moment
    assert moment_text(moment) == datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )
    assert json.dumps(moment_text(moment))
