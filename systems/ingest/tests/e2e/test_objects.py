"""An object becomes one item of its environment, whatever its key; nothing else does."""

from __future__ import annotations

import json

import pytest
from ingest_stack import Stack, unique

pytestmark = pytest.mark.e2e

PLACES = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}
KEYS = {
    "spaces": "{} report of today.csv",
    "plus": "{} a+b %20 c%2Fd.csv",
    "slashes": "{}/a//b/",
    "letters": "{}/größe/日本語.txt",
    "1,024 bytes": "{}" + "é" * 506,
}


@pytest.mark.parametrize("environment", PLACES)
def test_an_object_of_any_key_becomes_one_item(stacks: dict[str, Stack], environment: str) -> None:
    stack = stacks[environment]
    assert stack.outputs["account_id"] == PLACES[environment]
    assert stack.client("sts").get_caller_identity()["Account"] == PLACES[environment]
    keys = {name: form.format(unique("")[:12]) for name, form in KEYS.items()}
    assert len(keys["1,024 bytes"].encode()) == 1024
    etags = {key: stack.put(key) for key in keys.values()}

    for key, etag in etags.items():
        item = stack.item_of(key)
        assert item.keys() == {"id", "timestamp", "bucket", "key", "size", "etag", "environment"}
        assert item["bucket"] == {"S": stack.outputs["bucket_name"]}
        assert (item["size"], item["etag"]) == ({"N": "5"}, {"S": etag})
        assert item["environment"] == {"S": environment}
        assert item["timestamp"]["S"].endswith("Z")


def test_every_version_of_an_object_is_an_item_of_its_own(dev: Stack) -> None:
    key = unique("twice.txt")
    dev.put(key, b"one")
    dev.put(key, b"three")

    found = dev.eventually("two items", lambda: [i for i in [dev.items(key=key)] if len(i) == 2][0:1])
    assert {item["size"]["N"] for item in found[0]} == {"3", "5"}


def test_objects_of_other_buckets_become_nothing(dev: Stack) -> None:
    other, key = unique("other"), unique("elsewhere.txt")
    s3 = dev.client("s3")
    s3.create_bucket(Bucket=other)
    s3.put_bucket_notification_configuration(Bucket=other, NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_object(Bucket=other, Key=key, Body=b"")
    ours = unique("ours.txt")
    dev.put(ours)
    dev.item_of(ours)

    assert dev.items(key=key) == []
    assert dev.take(dev.outputs["dlq_url"], key) == []


def test_an_unknown_event_is_tried_again_and_kept(dev: Stack) -> None:
    name, marker = dev.outputs["lambda_function_name"], unique("unknown")
    before = dev.metric(name, "Errors")
    dev.invoke(name, {"source": "aws.s3", "detail-type": "Object Deleted", "id": marker}, asynchronously=True)

    (event,) = dev.eventually("the event is kept", lambda: dev.take(dev.outputs["dlq_url"], marker))
    assert event == {"source": "aws.s3", "detail-type": "Object Deleted", "id": marker}
    assert dev.metric(name, "Errors") - before == 3


def test_what_could_not_be_written_is_kept_and_a_replay_changes_nothing(dev: Stack) -> None:
    """Takes away the function's one permission of its own."""
    role = dev.role("lambda_function_name", items=dev.outputs["dynamodb_table_arn"])
    key = unique("late.txt")
    with role.without(("dynamodb:PutItem", "items")):
        dev.put(key)
        (event,) = dev.eventually("the event is kept", lambda: dev.take(dev.outputs["dlq_url"], key))
    assert dev.items(key=key) == []
    name = dev.outputs["lambda_function_name"]

    assert [dev.invoke(name, event)["recorded"] for _ in range(3)] == [True, False, False]
    item = dev.item_of(key)
    dev.invoke(name, json.loads(json.dumps(event)) | {"id": "again"}, asynchronously=True)
    marker = unique("after.txt")
    dev.put(marker)
    dev.item_of(marker)
    assert dev.items(key=key) == [item]


def test_an_event_that_the_function_may_not_get_is_kept_by_the_rule(dev: Stack) -> None:
    functions, name = dev.client("lambda"), dev.outputs["lambda_function_name"]
    (statement,) = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    key = unique("undelivered.txt")
    functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    try:
        dev.put(key)
        queue = dev.outputs["eventbridge_dlq_url"]
        (event,) = dev.eventually("the rule keeps the event", lambda: dev.take(queue, key))
    finally:
        functions.add_permission(
            FunctionName=name,
            StatementId=statement["Sid"],
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=dev.outputs["eventbridge_rule_arn"],
        )
    assert dev.items(key=key) == []

    assert dev.invoke(name, event)["recorded"] is True
    assert dev.item_of(key)["bucket"] == {"S": dev.outputs["bucket_name"]}
