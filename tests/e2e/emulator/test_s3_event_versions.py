"""Patch ``s3_event_versions``: events of S3 on EventBridge name the version of the object."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("versioned", [True, False])
def test_an_event_names_the_version_if_there_is_one(account: Any, versioned: bool) -> None:
    s3, events, bucket = account.client("s3"), account.client("events"), account.name("bucket")
    s3.create_bucket(Bucket=bucket)
    if versioned:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    url, queue = account.queue()
    pattern = json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}})
    rule = events.put_rule(Name=bucket, EventPattern=pattern)["RuleArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    events.put_targets(Rule=bucket, Targets=[{"Id": "t", "Arn": queue}])
    versions = [s3.put_object(Bucket=bucket, Key="a", Body=b"").get("VersionId") for _ in range(2)]

    found: list[Any] = []

    def arrived() -> bool:
        found.extend(json.loads(message["Body"]) for message in account.messages(url))
        return len(found) == 2

    account.until(arrived)
    assert sorted(str(each["detail"]["object"].get("version-id")) for each in found) == sorted(map(str, versions))
    assert all(versions) is versioned
