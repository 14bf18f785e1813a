"""Schedules, seen through boto3 and by what they send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e

NOW_AND_THEN = {"mode": "OFF"}


def test_schedule_fires_once_and_goes(aws: Any, role: str, queue: tuple[str, str]) -> None:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    made = aws.create(
        "scheduler/schedule:Schedule",
        "once",
        scheduleExpression=f"at({moment})",
        flexibleTimeWindow=NOW_AND_THEN,
        actionAfterCompletion="DELETE",
        target={"arn": queue[1], "roleArn": role, "input": "now"},
    )
    assert made.id == f"default/{made.outputs['name']}"
    assert made.outputs["arn"].endswith(f":schedule/{made.id}")
    sqs = aws.client("sqs")
    message = eventually(lambda: sqs.receive_message(QueueUrl=queue[0], WaitTimeSeconds=1).get("Messages"), 40)[0]
    assert message["Body"] == "now"
    aws.delete(made)


def test_schedule_changes_in_place(aws: Any, role: str, queue: tuple[str, str], unique: str) -> None:
    scheduler = aws.client("scheduler")
    group = aws.create("scheduler/scheduleGroup:ScheduleGroup", "g", name=unique, tags={"a": "1"})
    assert group.outputs["arn"].endswith(f":schedule-group/{unique}")
    given = {
        "groupName": group.id,
        "flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 5},
        "target": {
            "arn": queue[1],
            "roleArn": role,
            "retryPolicy": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 60},
            "deadLetterConfig": {"arn": queue[1]},
            "sqsParameters": {"messageGroupId": "g"},
        },
    }
    made = aws.create("scheduler/schedule:Schedule", "daily", scheduleExpression="rate(1 day)", **given)
    found = scheduler.get_schedule(GroupName=unique, Name=made.outputs["name"])
    assert found["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}
    assert found["Target"]["SqsParameters"] == {"MessageGroupId": "g"}
    assert found["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
    aws.update(made, scheduleExpression="cron(0 3 * * ? *)", state="DISABLED", **given)
    found = aws.read("scheduler/schedule:Schedule", made.id).outputs
    assert (found["scheduleExpression"], found["state"]) == ("cron(0 3 * * ? *)", "DISABLED")
    aws.update(group, name=unique, tags={"b": "2"})
    tags = scheduler.list_tags_for_resource(ResourceArn=group.outputs["arn"])["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    assert aws.read("scheduler/scheduleGroup:ScheduleGroup", unique).outputs["state"] == "ACTIVE"
    for resource in (made, made, group, group):
        aws.delete(resource)


def test_nested_targets_are_spelled_as_the_api_wants(aws: Any, role: str, unique: str) -> None:
    cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
    made = aws.create(
        "scheduler/schedule:Schedule",
        "task",
        scheduleExpression="rate(1 day)",
        flexibleTimeWindow=NOW_AND_THEN,
        target={
            "arn": cluster,
            "roleArn": role,
            "ecsParameters": {
                "taskDefinitionArn": "t",
                "enableEcsManagedTags": True,
                "networkConfiguration": {"subnets": ["s"]},
            },
        },
    )
    found = aws.client("scheduler").get_schedule(Name=made.outputs["name"])["Target"]
    assert found["EcsParameters"]["EnableECSManagedTags"] is True
    network = found["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]
    assert network == {"Subnets": ["s"], "AssignPublicIp": "DISABLED"}
    assert "this target gets nothing" in made.simulated["target"]
    bus = aws.create(
        "scheduler/schedule:Schedule",
        "event",
        scheduleExpression="rate(1 day)",
        flexibleTimeWindow=NOW_AND_THEN,
        target={
            "arn": "arn:aws:events:us-east-1:123456789012:event-bus/default",
            "roleArn": role,
            "eventbridgeParameters": {"detailType": "d", "source": "s"},
        },
    )
    found = aws.client("scheduler").get_schedule(Name=bus.outputs["name"])["Target"]
    assert found["EventBridgeParameters"] == {"DetailType": "d", "Source": "s"}
