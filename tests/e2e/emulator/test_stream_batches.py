"""Patch ``stream_batches``: a batch from a DynamoDB stream fails as its event source mapping says."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

CODE = """
def handler(event, context):
    numbers = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    print("got", ",".join(numbers))
    if REPORT:
        bad = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad[:1]]}
    if "bad" in numbers:
        raise ValueError("bad")
"""


def stream(account: Any, report: bool = False, **settings: Any) -> tuple[str, str, str]:
    """(table, function, URL of the queue that gets what is given up)."""
    table = account.name("table")
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    source = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    url, arn = account.queue()
    actions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]
    allowed = [*(f"dynamodb:{action}" for action in actions), "sqs:SendMessage"]
    name = account.function(f"REPORT = {report}\n{CODE}", [{"Effect": "Allow", "Action": allowed, "Resource": "*"}])
    put = dynamodb.batch_write_item
    put(RequestItems={table: [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in ("a", "b", "bad", "c")]})
    account.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source,
        StartingPosition="TRIM_HORIZON",
        BatchSize=10,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
        **settings,
    )
    return table, name, url


def given_up(account: Any, url: str) -> dict[str, Any]:
    (message,) = account.until(lambda: account.messages(url), seconds=30)
    return json.loads(message["Body"])


def calls(account: Any, name: str) -> list[str]:
    return [line.removeprefix("got ") for line in account.log_events(name) if line.startswith("got ")]


def test_a_poisoned_batch_is_given_up_and_the_stream_goes_on(account: Any) -> None:
    table, name, url = stream(account)
    record = given_up(account, url)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["DDBStreamBatchInfo"]["batchSize"] == 4
    account.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "later"}})
    account.until(lambda: "later" in calls(account, name), seconds=30)


def test_a_batch_is_split_until_only_the_bad_record_is_given_up(account: Any) -> None:
    _, name, url = stream(account, BisectBatchOnFunctionError=True)
    assert given_up(account, url)["DDBStreamBatchInfo"]["batchSize"] == 1
    account.until(lambda: "c" in calls(account, name), seconds=30)
    assert calls(account, name) == ["a,b,bad,c", "a,b", "bad,c", "bad", "c"]


def test_a_reported_record_is_where_the_retry_begins(account: Any) -> None:
    _, name, url = stream(account, report=True, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert given_up(account, url)["DDBStreamBatchInfo"]["batchSize"] == 2
    assert calls(account, name)[0] == "a,b,bad,c"
