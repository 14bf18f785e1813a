"""Where a bucket reports its events. https://docs.aws.amazon.com/AmazonS3/latest/API/API_NotificationConfiguration.html"""

from __future__ import annotations

from typing import Any

from stackwright.provider.provisioner import Inputs
from stackwright.provider.services._shapes import present
from stackwright.provider.services.s3.shapes import Block


def configuration(new: Inputs) -> dict[str, Any]:
    """The inputs of `BucketNotification` as one configuration."""
    everything = present(
        LambdaFunctionConfigurations=_targets(new, "lambdaFunctions", "lambdaFunctionArn", "lambda"),
        QueueConfigurations=_targets(new, "queues", "queueArn", "queue"),
        TopicConfigurations=_targets(new, "topics", "topicArn", "topic"),
    )
    return {**everything, "EventBridgeConfiguration": {}} if new.get("eventbridge") else everything


def _targets(new: Inputs, key: str, arn: str, kind: str) -> list[dict[str, Any]] | None:
    given: list[Block] = new.get(key) or []
    return [_target(one, arn, f"tf-s3-{kind}-{number}") for number, one in enumerate(given, start=1)] or None


def _target(given: Block, arn: str, name: str) -> dict[str, Any]:
    prefix, suffix = given.get("filterPrefix"), given.get("filterSuffix")
    rules = [{"Name": k, "Value": v} for k, v in (("prefix", prefix), ("suffix", suffix)) if v]
    return present(
        **{arn[0].upper() + arn[1:]: given.get(arn)},
        Id=given.get("id") or name,
        Events=given["events"],
        Filter={"Key": {"FilterRules": rules}} if rules else None,
    )
