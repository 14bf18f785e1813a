"""Patch ``distributed_map``: items are batched and results are written, with the machine's role."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

CODE = """
def handler(event, context):
    numbers = [item["n"] for item in event["Items"]]
    if 13 in numbers:
        raise ValueError("13")
    return {"sum": sum(numbers), "unit": event["BatchInput"]["unit"]}
"""


@pytest.fixture
def bucket(account: Any) -> str:
    name = account.name("bucket")
    account.client("s3").create_bucket(Bucket=name)
    return name


def run(account: Any, bucket: str, numbers: list[int] | bytes, denied: str = "", **settings: Any) -> dict[str, Any]:
    """Run a map over numbers, or over the bytes of a file, and return the execution when it has ended."""
    body = numbers if isinstance(numbers, bytes) else json.dumps([{"n": n} for n in numbers])
    account.client("s3").put_object(Bucket=bucket, Key="in.json", Body=body)
    name = account.function(CODE)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": name, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
    }
    mapped = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": bucket, "Key": "in.json"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"unit.$": "$.unit"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Sum",
            "States": {"Sum": task},
        },
        "MaxConcurrency": 2,
        "End": True,
        **settings,
    }
    actions = {"lambda:InvokeFunction", "states:StartExecution", "s3:GetObject", "s3:PutObject"} - {denied}
    role = account.role("states", [{"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}])
    sfn = account.client("stepfunctions")
    machine = sfn.create_state_machine(
        name=account.name("machine"), definition=json.dumps({"StartAt": "M", "States": {"M": mapped}}), roleArn=role
    )["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine, input='{"unit": "kg"}')["executionArn"]
    return account.until(
        lambda: (found := sfn.describe_execution(executionArn=execution))["status"] != "RUNNING" and found, 30
    )


def test_items_come_in_batches_with_their_common_input(account: Any, bucket: str) -> None:
    ended = run(account, bucket, [1, 2, 3, 4, 5])
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == [{"sum": 3, "unit": "kg"}, {"sum": 7, "unit": "kg"}, {"sum": 5, "unit": "kg"}]


def test_batches_are_limited_in_bytes(account: Any, bucket: str) -> None:
    ended = run(
        account, bucket, [1, 2, 3], ItemBatcher={"MaxInputBytesPerBatch": 8, "BatchInput": {"unit.$": "$.unit"}}
    )
    assert [entry["sum"] for entry in json.loads(ended["output"])] == [1, 2, 3]


def test_results_are_written(account: Any, bucket: str) -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "out"}}
    ended = run(account, bucket, [1, 2, 13], ResultWriter=writer, ToleratedFailurePercentage=50)
    assert ended["status"] == "SUCCEEDED", ended
    details = json.loads(ended["output"])["ResultWriterDetails"]
    s3 = account.client("s3")

    def content(key: str) -> Any:
        return json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])

    assert details["Key"].startswith("out/")
    files = content(details["Key"])["ResultFiles"]
    (succeeded,) = content(files["SUCCEEDED"][0]["Key"])
    (failed,) = content(files["FAILED"][0]["Key"])
    assert json.loads(succeeded["Output"]) == {"sum": 3, "unit": "kg"}
    assert (failed["Status"], failed["Error"]) == ("FAILED", "ValueError")


@pytest.mark.parametrize(
    ("denied", "error"),
    [
        ("states:StartExecution", "States.Permissions"),
        ("s3:GetObject", "States.ItemReaderFailed"),
        ("s3:PutObject", "States.ResultWriterFailed"),
    ],
)
def test_the_role_starts_its_children_reads_and_writes(account: Any, bucket: str, denied: str, error: str) -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket}}
    ended = run(account, bucket, [1], denied, ResultWriter=writer)
    assert (ended["status"], ended["error"]) == ("FAILED", error)


@pytest.mark.parametrize("content", [b"[{", b'["\xff"]'], ids=["no JSON", "not in UTF-8"])
def test_a_file_that_cannot_be_read_is_caught(account: Any, bucket: str, content: bytes) -> None:
    ended = run(account, bucket, content)
    assert (ended["status"], ended.get("error")) == ("FAILED", "States.ItemReaderFailed"), ended
