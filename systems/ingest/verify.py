"""What a user would try by hand after `up` or a deployment; `stackwright verify ingest` runs it, here and on AWS.

One small object is stored and deleted again, with its item; everything else only looks.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from stackwright.errors import UsageError
from stackwright.verify import Verification, alarms_notify

EVENT_SECONDS = 60
CONTENT = b"from stackwright verify\n"

WATCHED = {
    "error rate of process-data": ("process-data", "error-rate"),
    "throttles of process-data": ("process-data", "throttles"),
    "duration of process-data": ("process-data", "duration"),
    "dead-letter queue of process-data": ("process-data-dlq", "not-empty"),
    "failures of the rule": ("s3-object-created", "failed"),
    "losses of the rule": ("s3-object-created", "lost"),
    "dead-letter queue of the rule": ("s3-object-created-dlq", "not-empty"),
    "throttled requests of items": ("items", "throttles"),
}
WATCHED_AT_THE_SOURCE = {
    "error rate of replicate": ("replicate", "error-rate"),
    "dead-letter queue of replicate": ("replicate-dlq", "not-empty"),
    "how far the copy is behind": ("items-replication", "lag"),
    "queue of what was given up": ("items-replication-failures", "not-empty"),
}


def check_account(v: Verification) -> str:
    """The stack is in the account that it says"""
    account = v.client("sts").get_caller_identity()["Account"]
    assert account == v.outputs["account_id"], f"the credentials are of {account}"
    return f"{v.outputs['environment']} in {account}"


def check_bucket(v: Verification) -> None:
    """The bucket keeps versions, is encrypted and private, and tells EventBridge"""
    s3, bucket = v.client("s3"), v.outputs["bucket_name"]
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled", "no versions"
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms"), "no encryption"
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(blocked.values()), f"public access: {blocked}"
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert "EventBridgeConfiguration" in told, "EventBridge is not told"


def check_item(v: Verification) -> str:
    """A stored object becomes one item, whatever its key"""
    key = v.memory["key"] = f"stackwright verify/{uuid.uuid4().hex} a+b 50%.txt"
    v.client("s3").put_object(Bucket=v.outputs["bucket_name"], Key=key, Body=CONTENT)
    (item,) = v.eventually("an item is there", lambda: _items(v, key), seconds=EVENT_SECONDS)
    v.memory["item"] = item
    assert item["size"] == {"N": str(len(CONTENT))}, f"its size is {item['size']}"
    assert item["environment"] == {"S": v.outputs["environment"]}, f"its environment is {item['environment']}"
    return item["id"]["S"]


def check_repeated_event(v: Verification) -> None:
    """An event that comes again changes nothing"""
    key, item = v.memory["key"], v.memory["item"]
    told = v.client("s3").list_object_versions(Bucket=v.outputs["bucket_name"], Prefix=key)["Versions"][0]
    detail = {
        "bucket": {"name": v.outputs["bucket_name"]},
        "object": {
            "key": key,
            "size": len(CONTENT),
            "etag": told["ETag"].strip('"'),
            "version-id": told["VersionId"],
            "sequencer": uuid.uuid4().hex.upper(),
        },
    }
    event = {"source": "aws.s3", "detail-type": "Object Created", "time": "2026-01-01T00:00:00Z", "detail": detail}
    answers = [_invoke(v, event) for _ in range(2)]
    assert [answer["recorded"] for answer in answers] == [True, False], f"the answers are {answers}"
    _delete(v, {"id": {"S": answers[0]["id"]}, "timestamp": {"S": "2026-01-01T00:00:00.000000Z"}})
    assert _items(v, key) == [item], "there is more than one item"


def check_unknown_event(v: Verification) -> str:
    """An event that is not known is an error"""
    answer = v.client("lambda").invoke(
        FunctionName=v.outputs["lambda_function_name"], Payload=json.dumps({"source": "aws.ec2"}).encode()
    )
    assert "FunctionError" in answer, "the function takes it"
    return json.loads(answer["Payload"].read())["errorType"]


def check_replication(v: Verification) -> str:
    """An item of the source reaches the copy, where there is one"""
    if "replicate_function_name" not in v.outputs:
        return "this environment is no source"
    mappings = v.client("lambda").list_event_source_mappings(FunctionName=v.outputs["replicate_function_name"])
    (mapping,) = mappings["EventSourceMappings"]
    assert mapping["State"] in ("Enabled", "Enabling", "Creating", "Updating"), f"it is {mapping['State']}"
    environment = v.outputs["replication_copy_environment"]
    try:
        copy = v.stack(environment)
    except UsageError:
        return f"reads the stream; {environment} is not at hand"
    wanted = v.memory["item"]
    v.eventually("the item is in the copy", lambda: _items(copy, v.memory["key"]) == [wanted], seconds=EVENT_SECONDS)
    return f"the item is in {environment}"


def check_delete(v: Verification) -> None:
    """The object and its item can be deleted"""
    s3, bucket, key = v.client("s3"), v.outputs["bucket_name"], v.memory["key"]
    for version in s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    item = v.memory["item"]
    _delete(v, {name: item[name] for name in ("id", "timestamp")})
    assert _items(v, key) == [], "the item is still there"


def check_alarms(v: Verification) -> str:
    """Every alarm is there, and all notify the topic for alarms"""
    source = WATCHED_AT_THE_SOURCE if "replicate_function_name" in v.outputs else {}
    return alarms_notify(v, WATCHED | source)


def check_queues(v: Verification) -> str:
    """Failed events are kept as long as the stack says, in encrypted queues that take no plain HTTP"""
    waiting: dict[str, int] = {}
    kept = int(v.outputs["dead_letter_retention_seconds"])
    for output in ("dlq_url", "eventbridge_dlq_url", "replication_failures_queue_url"):
        if output not in v.outputs:
            continue
        url = v.outputs[output]
        found = v.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        name = url.rpartition("/")[2]
        assert int(found["MessageRetentionPeriod"]) == kept, f"{name} keeps for {found['MessageRetentionPeriod']} s"
        assert "aws:SecureTransport" in found.get("Policy", ""), f"{name} takes plain HTTP"
        waiting[name] = int(found["ApproximateNumberOfMessages"])
    return ", ".join(f"{name}: {count} waiting" for name, count in waiting.items())


def _items(v: Verification, key: str) -> list[dict[str, Any]]:
    pages: dict[str, Any] = {"TableName": v.outputs["dynamodb_table_name"], "ConsistentRead": True}
    found: list[dict[str, Any]] = []
    while True:
        page = v.client("dynamodb").scan(
            FilterExpression="#key = :key",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={":key": {"S": key}},
            **pages,
        )
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        pages["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _invoke(v: Verification, event: dict[str, Any]) -> dict[str, Any]:
    answer = v.client("lambda").invoke(
        FunctionName=v.outputs["lambda_function_name"], Payload=json.dumps(event).encode()
    )
    told = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, f"the function failed: {told}"
    return told


def _delete(v: Verification, key: dict[str, Any]) -> None:
    v.client("dynamodb").delete_item(TableName=v.outputs["dynamodb_table_name"], Key=key)
