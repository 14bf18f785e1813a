"""Events of S3 buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import pattern_of
from stackwright.rules.view import Node, View

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html; CloudTrail's come without being switched on.
_OWN: Final = ("Object ", "Storage Class Changed")


@graph_rule("EVT104", "loses", "event-wiring", rows=("S2-7", "S3-3"), each="cloudwatch/eventRule:EventRule")
def bucket_sends_no_events(rule: Node, graph: View) -> Iterator[Problem]:
    """A rule on events of a bucket that sends none to EventBridge.

    ## Why is this bad?
    S3 sends events to EventBridge for buckets whose notification says so, and for no others; the rule never fires, and
    nothing reports it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    aws.cloudwatch.EventRule(
        "arrived",
        event_pattern=pulumi.Output.json_dumps(
            {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket.bucket]}}}
        ),
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    aws.s3.BucketNotification("inbox", bucket=bucket.bucket, eventbridge=True)
    aws.cloudwatch.EventRule(
        "arrived",
        event_pattern=pulumi.Output.json_dumps(
            {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket.bucket]}}}
        ),
    )
    ```
    """
    pattern = pattern_of(rule)
    kinds = _texts(pattern.get("detail-type"))
    if "aws.s3" not in _texts(pattern.get("source")) or not any(k.startswith(_OWN) for k in kinds or ["Object "]):
        return
    if any("CloudTrail" in kind for kind in kinds):
        return
    notifications = graph.all("s3/bucketNotification:BucketNotification")
    sending = {str(n.get("bucket")) for n in notifications if n.get("eventbridge") is True}
    buckets = graph.all("s3/bucket:Bucket")
    named = _names(pattern)
    if named:
        silent = [b for b in buckets if b.get("bucket") in named and b.get("bucket") not in sending]
    else:
        silent = [] if sending else list(buckets)
    for bucket in silent:
        yield rule.problem(
            f"the rule {rule.name!r} waits for events of the bucket {bucket.name!r}, which sends none to EventBridge",
            fix="aws.s3.BucketNotification(…, bucket=bucket.bucket, eventbridge=True)",
            at="eventPattern",
            related=[bucket.here("the bucket")],
        )


def _names(pattern: Mapping[str, Any]) -> list[str]:
    detail: Any = pattern.get("detail")
    bucket: Any = cast("Mapping[str, Any]", detail).get("bucket") if isinstance(detail, dict) else None
    return _texts(cast("Mapping[str, Any]", bucket).get("name")) if isinstance(bucket, dict) else []


def _texts(value: Any) -> list[str]:
    return [v for v in cast("list[Any]", value) if isinstance(v, str)] if isinstance(value, list) else []
