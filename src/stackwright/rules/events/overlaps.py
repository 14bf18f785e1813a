"""Destinations of one bucket's events that S3 cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_NOTIFICATION: Final = "s3/bucketNotification:BucketNotification"
_DESTINATIONS: Final = {"lambdaFunctions": "lambdaFunctionArn", "queues": "queueArn", "topics": "topicArn"}


@dataclass(frozen=True, slots=True)
class _Destination:
    path: str
    arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str

    @property
    def says(self) -> str:
        filters = [f"prefix {self.prefix!r}"] * bool(self.prefix) + [f"suffix {self.suffix!r}"] * bool(self.suffix)
        return f"{self.arn.rpartition(':')[2]} ({' and '.join(filters) or 'no filter'})"


@graph_rule("EVT111", "breaks", "event-wiring", rows=("S0-3", "S2-7"), each=_NOTIFICATION)
def filters_that_overlap(node: Node, graph: View) -> Iterator[Problem]:
    """Two destinations of a bucket's events that an object may go to both, for the same event.

    ## Why is this bad?
    S3 refuses the whole notification: "Configurations on the same bucket cannot share a common event type". Filters
    overlap where one prefix begins with the other and one suffix ends with the other; nothing is every prefix and
    suffix. To several destinations at once events go by a topic, or by EventBridge.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html

    ## Example
    ```python
    bucket, index, thumbnails = aws.s3.Bucket("photos"), aws.sqs.Queue("index"), aws.sqs.Queue("thumbnails")
    aws.s3.BucketNotification(
        "photos",
        bucket=bucket.id,
        queues=[
            {"queue_arn": index.arn, "events": ["s3:ObjectCreated:*"]},
            {"queue_arn": thumbnails.arn, "events": ["s3:ObjectCreated:Put"], "filter_suffix": ".jpg"},
        ],
    )
    ```

    ## Use instead
    ```python
    bucket, index, thumbnails = aws.s3.Bucket("photos"), aws.sqs.Queue("index"), aws.sqs.Queue("thumbnails")
    aws.s3.BucketNotification(
        "photos",
        bucket=bucket.id,
        queues=[
            {"queue_arn": index.arn, "events": ["s3:ObjectCreated:*"], "filter_suffix": ".json"},
            {"queue_arn": thumbnails.arn, "events": ["s3:ObjectCreated:Put"], "filter_suffix": ".jpg"},
        ],
    )
    ```
    """
    found = list(_destinations(node))
    for index, second in enumerate(found):
        for first in found[:index]:
            shared = next((e for e in second.events for other in first.events if _same_event(e, other)), "")
            if shared and _overlap(first.prefix, second.prefix) and _overlap(first.suffix[::-1], second.suffix[::-1]):
                yield node.problem(
                    f"{shared} of the bucket {node.text('bucket')!r} goes to {first.says} and to {second.says}, and "
                    "some objects fit both",
                    fix="Filters that no object fits both of, or one topic that passes the events on.",
                    at=second.path,
                )
                break


def _destinations(node: Node) -> Iterator[_Destination]:
    for key, arn in _DESTINATIONS.items():
        for index, target in enumerate(node.structs(key)):
            path = f"{key}.{index}"
            yield _Destination(
                path,
                str(target.get(arn) or ""),
                tuple(node.texts(f"{path}.events")),
                str(target.get("filterPrefix") or ""),
                str(target.get("filterSuffix") or ""),
            )


def _same_event(one: str, other: str) -> bool:
    """Whether two event types have one in common: `s3:ObjectCreated:*` and `s3:ObjectCreated:Put`."""
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or (shorter.endswith("*") and longer.startswith(shorter[:-1]))


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
