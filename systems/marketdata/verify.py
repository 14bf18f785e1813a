"""What a user would try by hand after `up` or a deployment; `stackwright verify marketdata` runs it, here and on AWS.

Three small files are processed. Their records, jobs and files are deleted again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from stackwright.verify import Response, Verification, alarms_notify, has_widgets, refuses_strangers

PROCESSING_SECONDS = 60
WORKFLOW_SECONDS = 300
FUNCTIONS = ("upload", "status", "results", "processor")
KINDS = {"error rate": "error-rate", "throttles": "throttles", "duration": "duration"}
WATCHED = {
    **{f"{what} of {name}": (name, kind) for name in FUNCTIONS for what, kind in KINDS.items()},
    **{f"dead-letter queue of {name}": (f"{name}-dlq", "not-empty") for name in FUNCTIONS},
    **{f"throttled requests to {name}": (name, "throttles") for name in ("market-data", "jobs")},
    "failed executions": ("large-files", "failed"),
    "executions that timed out": ("large-files", "timed-out"),
    "5XX answers": ("api", "5xx-rate"),
    "4XX answers": ("api", "4xx-rate"),
}

# The third row is replaced by the fourth, the fifth is bad.
ROWS = (
    "{0},2025-03-04T14:30:00Z,10,12,9.5,11,100",
    "{0},2025-03-04T14:31:00Z,11,11.5,10,10.5,300",
    "{0},1741098720,1,1,1,1,1",
    "{0},1741098720000,10.5,13,10.5,12.25,50",
    "{0},2025-03-04T14:33:00Z,10,9,12,11,1",
)
HEADER = "symbol,timestamp,open,high,low,close,volume"


def check_api_answers(v: Verification) -> str:
    """The API answers: health, preflight, and errors in one shape"""
    health = v.api("GET", v.outputs["health_url"])
    assert (health.status, health.json()) == (200, {"status": "ok"}), f"GET /health: {health}"
    preflight = _call(v, "OPTIONS", "/upload")
    assert preflight.status == 200, f"OPTIONS /upload: {preflight}"
    assert preflight.headers.get("access-control-allow-origin") == "*", "the preflight does not allow every origin"
    missing = _call(v, "GET", f"/nothing-{uuid.uuid4().hex}")
    assert missing.status == 404, f"an unknown path: {missing}"
    unknown = _call(v, "GET", f"/status/{uuid.uuid4()}")
    assert (unknown.status, unknown.json()["error"]["code"]) == (404, "job_not_found"), f"an unknown job: {unknown}"
    empty = _call(v, "POST", "/upload", {})
    assert empty.status == 400, f"POST /upload with an empty object: {empty}"
    for error in (missing.json()["error"], unknown.json()["error"], empty.json()["error"]):
        assert {"code", "message", "correlationId"} <= error.keys(), f"not the common shape: {error}"
    return v.outputs["api_endpoint_url"]


def check_api_key(v: Verification) -> str:
    """Callers without an API key are refused, where the system asks for keys"""
    requests = (("POST", "/upload"), ("GET", "/status/x"), ("GET", "/results/x"))
    return refuses_strangers(v, v.outputs["api_endpoint_url"], requests)


def check_slot(v: Verification) -> str:
    """A slot for a file can be asked for, once per Idempotency-Key"""
    body, key = {"filename": "verification.csv"}, uuid.uuid4().hex
    v.memory["slot"] = _slot(v, body, key)
    again = _slot(v, body, key)
    assert again == v.memory["slot"], "repeated with its Idempotency-Key it is another one"
    state = _get(v, f"/status/{again['jobId']}")["state"]
    assert state == "awaiting-upload", f"the job is {state}"
    return again["jobId"]


def check_file(v: Verification) -> str:
    """A file is processed, and each of its rows is accounted for"""
    v.memory["symbol"] = f"VERIFY.{uuid.uuid4().hex[:16]}"
    content = "\r\n".join([HEADER, *ROWS]).format(v.memory["symbol"]).encode()
    slot = v.memory["slot"]
    sent = _send(v, slot, content)
    assert sent.status == 200, f"PUT of the file: {sent}"
    v.memory["job"] = job = _ended(v, slot["jobId"])
    assert job["state"] == "succeeded-with-errors", f"the job is {job['state']}: {job.get('reason')}"
    expected = {"total": 5, "accepted": 3, "rejected": 1, "superseded": 1}
    assert job["rows"] == expected, f"the rows are {job['rows']}, expected {expected}"
    # With that header S3 takes no second file while the first one waits.
    refused = v.http("PUT", slot["uploadUrl"], content, {"Content-Type": slot["uploadHeaders"]["Content-Type"]})
    assert refused.status == 403, f"PUT without If-None-Match: {refused.status}, expected 403"
    return f"{job['rows']['total']} rows"


def check_report(v: Verification) -> str:
    """The report lists the rejected row with line and reason, and needs a signature"""
    url = v.memory["job"]["reportUrl"]
    answer = v.http("GET", url)
    assert answer.status == 200, f"the report: {answer}"
    rejected = answer.json()["rejectedRows"]
    assert rejected == v.memory["job"]["rejectedRows"] == [{"line": 6, "reason": "high is less than low"}], (
        f"it lists {rejected}"
    )
    unsigned = v.http("GET", url.partition("?")[0])
    assert unsigned.status == 403, f"without a signature: {unsigned.status}, expected 403"
    return f"line {rejected[0]['line']}: {rejected[0]['reason']}"


def check_records(v: Verification) -> None:
    """The records come in order of time, page by page; a forged cursor is refused"""
    symbol = v.memory["symbol"]
    expected = [
        ("2025-03-04T14:30:00.000Z", "11", 2),
        ("2025-03-04T14:31:00.000Z", "10.5", 3),
        ("2025-03-04T14:32:00.000Z", "12.25", 5),
    ]

    def found() -> bool:
        items = _items(v, f"/results/{symbol}?limit=1")
        return [(item["time"], item["close"], item["line"]) for item in items] == expected

    v.eventually(f"the records of {symbol} are {expected}", found)
    answer = _call(v, "GET", f"/results/{symbol}?cursor={uuid.uuid4().hex}")
    assert (answer.status, answer.json()["error"]["code"]) == (400, "invalid_cursor"), f"a forged cursor: {answer}"


def check_aggregates(v: Verification) -> str:
    """Summary and bars are exact"""
    symbol = v.memory["symbol"]
    expected = {"count": 3, "min": "10.5", "max": "12.25", "mean": "11.25", "volume": "450"}

    def whole() -> dict[str, Any] | None:
        found = _get(v, f"/results/{symbol}?aggregate=summary")
        return found if found["count"] == 3 else None

    summary = v.eventually("the summary is of three records", whole)
    assert summary.items() >= expected.items(), f"the summary is {summary}, expected {expected}"
    weighted = (Decimal("11") * 100 + Decimal("10.5") * 300 + Decimal("12.25") * 50) / 450
    found = Decimal(summary["volumeWeightedMean"])
    assert found == round(weighted, 12), f"the mean weighted by volume is {found}, expected {weighted}"
    (bar,) = _get(v, f"/results/{symbol}?aggregate=ohlc&interval=5m")["items"]
    prices = [bar[name] for name in ("open", "high", "low", "close")]
    assert prices == ["10", "13", "9.5", "12.25"], f"the bar is {bar}"
    return f"mean weighted by volume {found}"


def check_bad_file(v: Verification) -> str:
    """A file without a header fails with one reason and is put aside"""
    slot = _slot(v, {"filename": "verification.csv", "sizeBytes": 5})
    sent = _send(v, slot, b"a,b\r\n")
    assert sent.status == 200, f"PUT of the file: {sent}"
    job = _ended(v, slot["jobId"])
    v.memory["failed_key"] = slot["key"].replace("incoming/", "failed/", 1)
    assert (job["state"], job["rows"]["total"]) == ("failed", 0), f"the job is {job}"
    v.eventually("the file is under failed/", lambda: _keys(v, v.memory["failed_key"]))
    v.memory["failed_id"] = slot["jobId"]
    return job["reason"]


def check_redrive(v: Verification) -> str:
    """The event of a file that is processed may be sent again, and changes nothing"""
    job_id = v.memory["slot"]["jobId"]
    record = {
        "bucket": {"name": v.outputs["data_bucket_name"]},
        "object": {"key": quote(v.memory["slot"]["key"])},
    }
    answer = v.client("lambda").invoke(
        FunctionName=v.outputs["lambda_function_name_processor"],
        Payload=json.dumps({"Records": [{"s3": record}]}).encode(),
    )
    came_of_it = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, f"it failed: {came_of_it}"
    assert [file["outcome"] for file in came_of_it["files"]] == ["gone"], f"it found {came_of_it}"
    again = _get(v, f"/status/{job_id}")
    assert again["rows"] == v.memory["job"]["rows"], f"the job has changed: {again}"
    return "gone"


def check_large_files(v: Verification) -> str:
    """The workflow for large files writes the same records, and counts their rows"""
    v.memory["large_symbol"] = symbol = f"VERIFY.{uuid.uuid4().hex[:16]}"
    # The notification's filter is about names in lower case, so that processor does not take it.
    v.memory["large_id"] = job_id = str(uuid.uuid4())
    key, s3, states = f"incoming/{job_id}/verification.CSV", v.client("s3"), v.client("stepfunctions")
    v.memory["large_keys"] = [key, key.replace("incoming/", "processed/", 1), f"rejected/{job_id}.json"]
    content = "\n".join([HEADER, *ROWS]).format(symbol).encode()
    etag = s3.put_object(Bucket=v.outputs["data_bucket_name"], Key=key, Body=content)["ETag"]
    execution = states.start_execution(
        stateMachineArn=v.outputs["large_files_workflow_arn"],
        name=job_id,
        input=json.dumps({"jobId": job_id, "key": key, "etag": etag}),
    )["executionArn"]

    def ended() -> dict[str, Any] | None:
        found = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = v.eventually("the execution ends", ended, seconds=WORKFLOW_SECONDS)
    assert found["status"] == "SUCCEEDED", f"{found['status']}: {found.get('error')}: {found.get('cause')}"
    output = json.loads(found["output"])
    v.memory["large_keys"].append(output["map"]["ResultWriterDetails"]["Key"].rpartition("/")[0] + "/")
    sums = {name: output["finished"]["answer"][name] for name in ("accepted", "rejected", "superseded")}
    assert sums == {"accepted": 3, "rejected": 1, "superseded": 1}, f"the sums are {sums}"
    v.eventually(
        "the records are from the lines 2, 3 and 5",
        lambda: [item["line"] for item in _items(v, f"/results/{symbol}")] == [2, 3, 5],
    )
    return found["name"]


def check_encryption(v: Verification) -> str:
    """Files are encrypted with the key of AWS for S3, and those that are done with are deleted after some days"""
    bucket, s3 = v.outputs["data_bucket_name"], v.client("s3")
    head = s3.head_object(Bucket=bucket, Key=v.memory["slot"]["key"].replace("incoming/", "processed/", 1))
    assert head.get("ServerSideEncryption") == "aws:kms", f"encrypted with {head.get('ServerSideEncryption')}"
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["BucketKeyEnabled"], "the bucket key is off"
    assert not rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"), "another key than that of AWS"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    days = {each["Filter"].get("Prefix"): each["Expiration"]["Days"] for each in rules if "Expiration" in each}
    kept = {"processed/", "failed/", "rejected/", "map-results/"}
    assert days.keys() == kept, f"what expires is {sorted(days)}, expected {sorted(kept)}"
    return ", ".join(f"{prefix} {count} days" for prefix, count in sorted(days.items()))


def check_alarms(v: Verification) -> str:
    """Every alarm is there, and all notify the topic for alarms"""
    return alarms_notify(v, WATCHED)


def check_dead_letter_queues(v: Verification) -> str:
    """Events that failed are kept in encrypted queues for as long as configured, and take no plain HTTP"""
    kept = int(v.outputs["dead_letter_retention_seconds"])
    waiting: dict[str, int] = {}
    for name in FUNCTIONS:
        url = v.outputs[f"{name}_dlq_url"]
        found = v.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        seconds = int(found["MessageRetentionPeriod"])
        assert seconds == kept, f"the queue of {name} keeps events for {seconds} s, expected {kept} s"
        assert found.get("SqsManagedSseEnabled") == "true", f"the queue of {name} is not encrypted"
        assert "aws:SecureTransport" in found.get("Policy", ""), f"the queue of {name} takes plain HTTP"
        waiting[name] = sum(int(count) for item, count in found.items() if item.startswith("ApproximateNumberOf"))
    full = ", ".join(f"{name}: {count} waiting" for name, count in waiting.items() if count)
    return full or f"all {len(waiting)} empty, {kept / 86_400:g} days"


def check_dashboard(v: Verification) -> str:
    """The dashboard is there"""
    return has_widgets(v)


def check_clean_up(v: Verification) -> str:
    """What this verification has made is deleted again"""
    dynamodb, table = v.client("dynamodb"), v.outputs["market_data_table_name"]
    for symbol in (v.memory["symbol"], v.memory["large_symbol"]):
        records = dynamodb.query(
            TableName=table,
            KeyConditionExpression="symbol = :symbol",
            ExpressionAttributeValues={":symbol": {"S": symbol}},
        )["Items"]
        for record in records:
            dynamodb.delete_item(TableName=table, Key={name: record[name] for name in ("symbol", "timestamp")})
        v.eventually(f"the records of {symbol} are gone", lambda s=symbol: not _get(v, f"/results/{s}")["items"])
    key, job_id = v.memory["slot"]["key"], v.memory["slot"]["jobId"]
    large_id = v.memory["large_id"]
    files = [key.replace("incoming/", "processed/", 1), f"rejected/{job_id}.json", v.memory["failed_key"]]
    files += [*v.memory["large_keys"], f"rejected/parts/{large_id}/"]
    found = [name for prefix in files for name in _keys(v, prefix)]
    for name in found:
        v.client("s3").delete_object(Bucket=v.outputs["data_bucket_name"], Key=name)
    jobs = [job_id, v.memory["failed_id"], f"{large_id}#part#0", *(f"{large_id}#sum#{n}" for n in range(16))]
    for one in jobs:
        dynamodb.delete_item(TableName=v.outputs["jobs_table_name"], Key={"jobId": {"S": one}})
    return f"{len(found)} files"


def _call(v: Verification, method: str, path: str, body: Any = None, idempotency_key: str = "") -> Response:
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    return v.api(method, v.outputs["api_endpoint_url"] + path, body, headers)


def _get(v: Verification, path: str) -> dict[str, Any]:
    answer = _call(v, "GET", path)
    assert answer.status == 200, f"GET {path}: {answer}"
    return answer.json()


def _items(v: Verification, path: str) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page."""
    page, sign = _get(v, path), "&" if "?" in path else "?"
    yield from page["items"]
    while page["nextCursor"] is not None:
        page = _get(v, f"{path}{sign}cursor={page['nextCursor']}")
        yield from page["items"]


def _slot(v: Verification, body: dict[str, Any], idempotency_key: str = "") -> dict[str, Any]:
    answer = _call(v, "POST", "/upload", body, idempotency_key)
    assert answer.status == 201, f"POST /upload: {answer}"
    return answer.json()


def _send(v: Verification, slot: dict[str, Any], content: bytes) -> Response:
    return v.http("PUT", slot["uploadUrl"], content, slot["uploadHeaders"])


def _ended(v: Verification, job_id: str) -> dict[str, Any]:
    """The job, when it is at its end."""

    def ended() -> dict[str, Any] | None:
        job = _get(v, f"/status/{job_id}")
        return job if job["state"] not in ("awaiting-upload", "processing") else None

    return v.eventually(f"the job {job_id} ends", ended, seconds=PROCESSING_SECONDS)


def _keys(v: Verification, prefix: str) -> list[str]:
    found = v.client("s3").list_objects_v2(Bucket=v.outputs["data_bucket_name"], Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", [])]
