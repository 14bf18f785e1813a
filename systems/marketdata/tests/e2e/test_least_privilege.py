"""Every permission of the functions is needed, and its absence is seen, leaves a trace, and is healed.

One test per granted action and resource takes it out of the deployed role, makes the request that needs it, sees
AccessDenied name the action in the function's log and the error metric rise, looks at what was left behind, puts the
action back and makes the same request again. The last test reads the deployed policies, so that a new grant without a
test is a failure.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from marketdata_roles import NOT_EXERCISED, covered, function_role, needs, refused
from marketdata_stack import FUNCTIONS, LARGE, Market, notification, unique

from stackwright.testing.roles import Grant

pytestmark = pytest.mark.e2e


def assert_failed(answer: Any) -> None:
    """A failure of the infrastructure: no word of what has failed, and not the client's fault."""
    assert answer.status == 502, answer.body
    assert answer.json()["error"].keys() == {"code", "message", "correlationId"}
    assert answer.json()["error"]["code"] == "internal_error"


def opened(market: Market, key: str) -> Any:
    return market.call("POST", "/upload", {"filename": f"{key}.csv"}, {"Idempotency-Key": key})


def new_jobs(market: Market, key: str) -> list[str]:
    """Ids of jobs that wait for a file of that name."""
    rows = market.client("dynamodb").scan(TableName=market.outputs["jobs_table_name"])["Items"]
    return [row["jobId"]["S"] for row in rows if row.get("key", {}).get("S", "").endswith(f"/{key}.csv")]


def end_attempts(market: Market) -> None:
    """Let every request with an Idempotency-Key that is under way count as given up."""
    dynamodb, table = market.client("dynamodb"), market.outputs["jobs_table_name"]
    for row in dynamodb.scan(TableName=table)["Items"]:
        if row.get("idempotencyStatus", {}).get("S") == "INPROGRESS":
            row["in_progress_expiration"] = {"N": "1"}
            dynamodb.put_item(TableName=table, Item=row)


# ---- upload ----------------------------------------------------------------------------------------------------------


@needs("upload", ("dynamodb:PutItem", "jobs-table"))
def test_opening_a_job_needs(market: Market, grant: Grant) -> None:
    with refused(market, "upload", grant):
        assert_failed(market.call("POST", "/upload", {"filename": "a.csv"}))
    market.slot("a.csv")


@needs("upload", ("dynamodb:UpdateItem", "jobs-table"))
def test_repeatable_requests_need_to_end(market: Market, grant: Grant) -> None:
    key = unique("key")
    with refused(market, "upload", grant):
        assert_failed(opened(market, key))
        # The job is there, and nobody knows; until the first attempt must have ended, the client is told to wait.
        assert opened(market, key).status == 409
        (job_id,) = new_jobs(market, key)

    end_attempts(market)
    assert opened(market, key).json()["jobId"] == job_id


@needs("upload", ("dynamodb:DeleteItem", "jobs-table"))
def test_repeatable_requests_need_to_fail(market: Market, grant: Grant) -> None:
    # The request may begin, but not do its work.
    only_records = {
        "Effect": "Deny",
        "Action": "dynamodb:PutItem",
        "Resource": "*",
        "Condition": {"ForAnyValue:StringNotLike": {"dynamodb:LeadingKeys": "idempotency#*"}},
    }
    key, other = unique("key"), unique("key")
    with refused(market, "upload", grant, denied=[only_records]):
        assert_failed(opened(market, key))
        assert opened(market, key).status == 409
    end_attempts(market)
    assert opened(market, key).status == 201
    # With the permission, the key is free at once.
    with refused(market, "upload", denied=[only_records]):
        assert_failed(opened(market, other))
    assert opened(market, other).status == 201


@needs("upload", ("s3:PutObject", "data-bucket-incoming"))
def test_sending_a_file_needs(market: Market, grant: Grant) -> None:
    content, slot = f"symbol,timestamp\n{unique()},1\n", market.slot("a.csv")
    with function_role(market, "upload").without(grant):
        # A request that was signed is one in the function's name.
        assert market.send(slot, content).status == 403
        assert market.job(slot["jobId"])["state"] == "awaiting-upload"

    assert market.send(slot, content).status == 200
    market.succeeded(slot["jobId"])


# ---- status and results ----------------------------------------------------------------------------------------------


@needs("status", ("dynamodb:GetItem", "jobs-table"))
def test_telling_of_a_job_needs(market: Market, grant: Grant) -> None:
    job_id = market.slot()["jobId"]
    with refused(market, "status", grant):
        assert_failed(market.call("GET", f"/status/{job_id}"))
    assert market.job(job_id)["state"] == "awaiting-upload"


@needs("status", ("s3:GetObject", "data-bucket-rejected"))
def test_showing_a_report_needs(market: Market, grant: Grant) -> None:
    job_id = market.upload(f"symbol,timestamp\n{unique()},x\n")
    url = market.succeeded(job_id)["reportUrl"]
    with function_role(market, "status").without(grant):
        assert market.http("GET", url).status == 403
    assert market.http("GET", url).json()["rows"]["rejected"] == 1


@needs("results", ("dynamodb:Query", "market-data-table"))
def test_results_need(market: Market, grant: Grant) -> None:
    with refused(market, "results", grant):
        for query in ("", "?aggregate=summary", "?aggregate=ohlc&interval=1d"):
            assert_failed(market.call("GET", f"/results/A{query}"))
    assert market.results(unique())["items"] == []


@needs("results", ("secretsmanager:GetSecretValue", "cursor-secret"))
def test_going_on_in_a_list_needs(market: Market, grant: Grant) -> None:
    symbol = unique()
    market.succeeded(market.upload(f"symbol,timestamp\n{symbol},1\n{symbol},2\n"))
    # The key is kept for a while, so a new execution environment is wanted.
    with refused(market, "results", grant), market.reconfigured("results"):
        assert_failed(market.call("GET", f"/results/{symbol}?limit=1"))
    assert market.results(symbol, limit="1")["nextCursor"]


# ---- processor, small files ------------------------------------------------------------------------------------------

STEPS = {
    # What is left of a file when an action is missing: the job's state, and where the file is.
    ("s3:GetObject", "data-bucket-incoming"): ("awaiting-upload", ["incoming"]),
    ("dynamodb:UpdateItem", "jobs-table"): ("awaiting-upload", ["incoming"]),
    ("dynamodb:BatchWriteItem", "market-data-table"): ("failed", ["incoming"]),
    ("s3:PutObject", "data-bucket-rejected"): ("failed", ["incoming"]),
    ("s3:PutObject", "data-bucket-processed"): ("succeeded-with-errors", ["incoming"]),
    ("s3:DeleteObject", "data-bucket-incoming"): ("succeeded-with-errors", ["incoming", "processed"]),
}


@needs("processor", *STEPS)
def test_processing_a_file_needs(market: Market, grant: Grant) -> None:
    symbol = unique()
    with refused(market, "processor", grant):
        job_id = market.upload(f"symbol,timestamp\n{symbol},1\n{symbol},x\n")
        (message,) = market.eventually("the event is kept", lambda: market.take_message("processor", job_id))
        assert (market.job(job_id)["state"], places(market, job_id)) == STEPS[grant]

    market.invoke_asynchronously("processor", json.loads(message["Body"]))
    job = market.succeeded(job_id)
    assert job["rows"] == {"total": 2, "accepted": 1, "rejected": 1, "superseded": 0}
    assert places(market, job_id) == ["processed"]
    assert market.records(symbol).keys() == {1000}


@needs("processor", ("s3:PutObject", "data-bucket-failed"))
def test_putting_a_bad_file_aside_needs(market: Market, grant: Grant) -> None:
    with refused(market, "processor", grant):
        job_id = market.upload("no header\n")
        (message,) = market.eventually("the event is kept", lambda: market.take_message("processor", job_id))
        assert (market.job(job_id)["state"], places(market, job_id)) == ("failed", ["incoming"])

    market.invoke_asynchronously("processor", json.loads(message["Body"]))
    market.eventually("it is put aside", lambda: places(market, job_id) == ["failed"])
    assert market.job(job_id)["reason"].startswith("the header is wrong")


@needs("processor", ("s3:ListBucket", "data-bucket"))
def test_seeing_that_a_file_is_gone_needs(market: Market, grant: Grant) -> None:
    key = f"incoming/{unique('gone')}/a.csv"
    event = notification(market.outputs["data_bucket_name"], key)
    with refused(market, "processor", grant):
        assert market.invoke("processor", event)["errorType"]
    assert market.invoke("processor", event)["files"] == [{"file": key, "outcome": "gone"}]


# ---- processor, large files ------------------------------------------------------------------------------------------


@needs("processor", ("states:StartExecution", "large-files-workflow"))
def test_handing_a_large_file_over_needs(market: Market, grant: Grant) -> None:
    symbol = unique()
    with refused(market, "processor", grant):
        job_id = market.upload(large_file(symbol))
        (message,) = market.eventually("the event is kept", lambda: market.take_message("processor", job_id))
        assert (market.job(job_id)["state"], market.executions(job_id)) == ("failed", [])

    market.invoke_asynchronously("processor", json.loads(message["Body"]))
    assert_large(market, job_id, symbol)


@needs(
    "processor",
    ("dynamodb:PutItem", "market-data-table"),
    ("dynamodb:PutItem", "jobs-table"),
    ("dynamodb:GetItem", "jobs-table"),
    ("s3:GetObject", "data-bucket-rejected-parts"),
)
def test_processing_a_large_file_needs(market: Market, grant: Grant) -> None:
    symbol = unique()
    with refused(market, "processor", grant):
        job_id = market.upload(large_file(symbol))
        job = market.ended(job_id)
        assert (job["state"], places(market, job_id)) == ("failed", ["incoming"])
        assert job["reason"].startswith("processing was given up: ")

    (key,) = market.files(f"incoming/{job_id}/")
    market.invoke_asynchronously("processor", notification(market.outputs["data_bucket_name"], key))
    assert_large(market, job_id, symbol)


def large_file(symbol: str) -> str:
    rows = [f"{symbol},{at},{'x' * 60_000}" for at in (1, "x", *[2] * (LARGE // 60_000))]
    return "\n".join(["symbol,timestamp,note", *rows])


def assert_large(market: Market, job_id: str, symbol: str) -> None:
    job, twice = market.succeeded(job_id, 60), LARGE // 60_000
    assert job["rows"] == {"total": twice + 2, "accepted": 2, "rejected": 1, "superseded": twice - 1}
    assert [rejected["line"] for rejected in job["rejectedRows"]] == [3]
    assert market.records(symbol).keys() == {1000, 2000}
    assert places(market, job_id) == ["processed"]


def places(market: Market, job_id: str) -> list[str]:
    """The folders that have the job's file."""
    return [folder for folder in ("incoming", "processed", "failed") if market.files(f"{folder}/{job_id}/")]


# ---- what Lambda does in the functions' names ------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
def test_keeping_failed_events_needs(market: Market, function: str) -> None:
    grant = ("sqs:SendMessage", "dlq")
    before, marker, since = market.metric(function, "DeadLetterErrors"), unique("event"), market.last_decision()
    with function_role(market, function).without(grant):
        market.invoke_asynchronously(function, {"task": marker})
        # Lambda has no log to say it in; its metrics do.
        market.eventually("the metric rises", lambda: market.metric(function, "DeadLetterErrors") > before)
        denied = [d for d in market.decisions(since) if d.decision != "Allow" and d.via == "lambda"]
        assert {decision.action for decision in denied} == {grant[0]}
        assert market.take_message(function, marker) == []

    market.invoke_asynchronously(function, {"task": marker})
    assert len(market.eventually("the queue has it", lambda: market.take_message(function, marker))) == 1


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("action", ["logs:PutLogEvents", "logs:CreateLogStream"])
def test_logging_needs(market: Market, function: str, action: str) -> None:
    """The function itself does not fail: AWS loses the lines of an environment that may not write them."""
    since, lost, kept = time.time(), unique("lost"), unique("kept")
    with function_role(market, function).without((action, "log")), market.reconfigured(function):
        denied = market.last_decision()
        make_log(market, function, lost)
        assert not any(lost in line for line in market.log(function, since))
        assert {d.action for d in market.decisions(denied) if d.decision != "Allow"} == {action}

    make_log(market, function, kept)
    assert any(kept in line for line in market.log(function, since))


def make_log(market: Market, function: str, marker: str) -> None:
    """A request in whose lines there is a text."""
    if function == "processor":
        event = notification(market.outputs["data_bucket_name"], f"incoming/{marker}/a.csv")
        assert market.invoke(function, event)["files"][0]["outcome"] == "gone"
        return
    method, path, body, status = {
        "upload": ("POST", "/upload", {"filename": "a.csv"}, 201),
        "status": ("GET", "/status/x", None, 404),
        "results": ("GET", "/results/A?limit=0", None, 400),
    }[function]
    assert market.call(method, path, body, {"X-Correlation-Id": marker}).status == status


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_deployed_grant_is_exercised(market: Market, function: str) -> None:
    always = {("sqs:SendMessage", "dlq"), ("logs:PutLogEvents", "log"), ("logs:CreateLogStream", "log")}
    assert function_role(market, function).grants() == covered[function] | always | NOT_EXERCISED.keys()
