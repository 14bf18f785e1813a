"""What AWS services deliver to queues and topics, and which keys they use, as the program wires them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from stackwright.rules.view import Node, View

QUEUE: Final = "sqs/queue:Queue"
TOPIC: Final = "sns/topic:Topic"
BUCKET: Final = "s3/bucket:Bucket"
_ACTIONS: Final = {QUEUE: "sqs:SendMessage", TOPIC: "sns:Publish"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A service that sends to a queue or topic.

    Attributes:
        node: the resource that makes it so, and `path` its input.
        service: who sends, such as `events.amazonaws.com`.
        source: the ARN that it gives as its source; empty when that is not known.
        says: what it is, for messages: `the alarm 'errors'`.
    """

    node: Node
    path: str
    service: str
    source: str
    target: Node
    says: str

    @property
    def action(self) -> str:
        """What the service does with the target."""
        return _ACTIONS[self.target.kind]


def deliveries(graph: View) -> Iterator[Delivery]:
    """All of a program."""
    yield from _alarms(graph)
    yield from _rules(graph)
    yield from _buckets(graph)
    yield from _subscriptions(graph)


def _target(graph: View, arn: Any, *kinds: str) -> Node | None:
    return graph.find(arn, *kinds) if isinstance(arn, str) else None


def _alarms(graph: View) -> Iterator[Delivery]:
    for alarm in graph.all("cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/compositeAlarm:CompositeAlarm"):
        for path in ("alarmActions", "okActions", "insufficientDataActions"):
            for arn in alarm.items(path):
                if target := _target(graph, arn, TOPIC):
                    yield Delivery(
                        alarm, path, "cloudwatch.amazonaws.com", alarm.arn, target, f"the alarm {alarm.name!r}"
                    )


def _rules(graph: View) -> Iterator[Delivery]:
    for node in graph.all("cloudwatch/eventTarget:EventTarget"):
        rule = node.refers("rule", "cloudwatch/eventRule:EventRule")
        source = rule.arn if rule is not None else ""
        says = f"the rule {rule.name!r}" if rule is not None else f"the target {node.name!r}"
        if (target := node.refers("arn", QUEUE, TOPIC)) and not node.get("roleArn"):
            yield Delivery(node, "arn", "events.amazonaws.com", source, target, says)
        if target := node.refers("deadLetterConfig.arn", QUEUE):
            yield Delivery(node, "deadLetterConfig", "events.amazonaws.com", source, target, says)


def _buckets(graph: View) -> Iterator[Delivery]:
    for node in graph.all("s3/bucketNotification:BucketNotification"):
        bucket = node.refers("bucket", BUCKET)
        source = bucket.arn if bucket is not None else f"arn:aws:s3:::{node.get('bucket')}"
        for path, key, kind in (("queues", "queueArn", QUEUE), ("topics", "topicArn", TOPIC)):
            for index, settings in enumerate(node.structs(path)):
                if target := _target(graph, settings.get(key), kind):
                    at = f"{path}.{index}.{key}"
                    yield Delivery(node, at, "s3.amazonaws.com", source, target, f"the bucket {node.get('bucket')}")


def _subscriptions(graph: View) -> Iterator[Delivery]:
    for node in graph.all("sns/topicSubscription:TopicSubscription"):
        topic = node.refers("topic", TOPIC)
        source = topic.arn if topic is not None else str(node.get("topic", ""))
        says = f"the topic {topic.name!r}" if topic is not None else f"the subscription {node.name!r}"
        if node.get("protocol") == "sqs" and (target := node.refers("endpoint", QUEUE)):
            yield Delivery(node, "endpoint", "sns.amazonaws.com", source, target, says)
