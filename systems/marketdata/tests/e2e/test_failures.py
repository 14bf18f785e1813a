"""What fails is tried again, kept, told of, and completed later."""

from __future__ import annotations

import json
import time

import pytest
from marketdata_roles import function_role
from marketdata_stack import LARGE, Market, unique

pytestmark = pytest.mark.e2e

WRITING = ("dynamodb:BatchWriteItem", "market-data-table")


def test_a_file_that_keeps_failing_is_tried_three_times_kept_told_of_and_completed_later(market: Market) -> None:
    symbol, errors, since = unique(), market.metric("processor", "Errors"), time.time()
    rows = "".join(f"{symbol},{n},{n}\n" for n in range(60))
    with function_role(market, "processor").without(WRITING):
        job_id = market.upload(f"symbol,timestamp,price\n{rows}{symbol},x,1\n")
        (message,) = market.eventually("the event is kept", lambda: market.take_message("processor", job_id))

    assert market.metric("processor", "Errors") == errors + 3
    assert market.take_message("processor", job_id) == []
    lines = [json.loads(line) for line in market.log("processor", since) if line[:1] == "{"]
    mine = [
        line["function_request_id"] for line in lines if line.get("message") == "file failed" and job_id in line["file"]
    ]
    assert (len(mine), len(set(mine))) == (3, 1)
    job = market.job(job_id)
    assert (job["state"], job["rows"]["total"]) == ("failed", 0)
    assert job["reason"] == "processing was given up after several attempts: TableError"
    assert market.files(f"incoming/{job_id}/")
    assert market.records(symbol) == {}

    market.invoke_asynchronously("processor", json.loads(message["Body"]))

    job = market.succeeded(job_id)
    assert job["rows"] == {"total": 61, "accepted": 60, "rejected": 1, "superseded": 0}
    assert "reason" not in job
    assert sorted(market.records(symbol)) == [n * 1000 for n in range(60)]


def test_a_short_failure_heals_by_itself(market: Market) -> None:
    symbol, since = unique(), time.time()
    role = function_role(market, "processor")
    # More than one attempt takes, less than three do: the job says when the first one has begun.
    with role.without(WRITING):
        job_id = market.upload(f"symbol,timestamp\n{symbol},1\n")
        market.eventually(
            "an attempt fails", lambda: any("file failed" in line for line in market.log("processor", since)), pause=0
        )

    ended = market.ended(job_id)
    if ended["state"] == "failed":
        # The machine was so slow that all attempts were over.
        (message,) = market.eventually("the event is kept", lambda: market.take_message("processor", job_id))
        market.invoke_asynchronously("processor", json.loads(message["Body"]))
    assert market.succeeded(job_id)["rows"]["accepted"] == 1


def test_a_large_file_that_keeps_failing_is_told_of_and_completed_later(market: Market) -> None:
    symbol = unique()
    rows = [f"{symbol},{n},{n}" for n in range(4)]
    padding = [f"{symbol},9,9,{'x' * 60_000}" for _ in range(LARGE // 60_000 + 1)]
    content = "\n".join(["symbol,timestamp,price,note", *(f"{row}," for row in rows), *padding])
    with function_role(market, "processor").without(("dynamodb:PutItem", "market-data-table")):
        job_id = market.upload(content)
        job = market.ended(job_id)
        (execution,) = market.eventually("the workflow has ended", lambda: ended_executions(market, job_id))

    assert (job["state"], job["rows"]["total"]) == ("failed", 0)
    assert job["reason"].startswith("processing was given up: ")
    assert (execution["status"], execution["error"]) == ("FAILED", "LargeFileFailed")
    assert market.files(f"incoming/{job_id}/")

    (key,) = market.files(f"incoming/{job_id}/")
    record = {"s3": {"bucket": {"name": market.outputs["data_bucket_name"]}, "object": {"key": key}}}
    market.invoke_asynchronously("processor", {"Records": [record]})

    job = market.succeeded(job_id, 60)
    assert job["rows"] == {"total": 11, "accepted": 5, "rejected": 0, "superseded": 6}
    assert {at: record["price"] for at, record in market.records(symbol).items()} == {
        **{n * 1000: str(n) for n in range(4)},
        9000: "9",
    }


def ended_executions(market: Market, job_id: str) -> list[dict[str, str]]:
    return [each for each in market.executions(job_id) if each["status"] != "RUNNING"]
