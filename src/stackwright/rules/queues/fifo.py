"""FIFO and standard queues and topics that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.queues.kinds import QUEUE, TOPIC, is_fifo, named, says
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_REDRIVE: Final = "sqs/redrivePolicy:RedrivePolicy"
_SUBSCRIPTION: Final = "sns/topicSubscription:TopicSubscription"
_NOTIFICATION: Final = "s3/bucketNotification:BucketNotification"
_TARGET: Final = "cloudwatch/eventTarget:EventTarget"
_SCHEDULE: Final = "scheduler/schedule:Schedule"
_FUNCTION: Final = "lambda/function:Function"
_CONFIG: Final = "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
_GROUP: Final = {
    _TARGET: ("arn", "sqsTarget.messageGroupId"),
    _SCHEDULE: ("target.arn", "target.sqsParameters.messageGroupId"),
}
# What a failed event is sent to.
_FAILURES: Final = {
    _FUNCTION: ("deadLetterConfig.targetArn",),
    _CONFIG: ("destinationConfig.onFailure.destination", "destinationConfig.onSuccess.destination"),
    _TARGET: ("deadLetterConfig.arn",),
    _SCHEDULE: ("target.deadLetterConfig.arn",),
}
_OF_FIFO: Final = ("contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit")


@graph_rule("QUE101", "breaks", "event-wiring", rows=("S2-8",), each=(QUEUE, _REDRIVE))
def dead_letters_of_another_kind(node: Node, graph: View) -> Iterator[Problem]:
    """A FIFO queue whose dead-letter queue is a standard one, or the reverse.

    ## Why is this bad?
    SQS refuses the redrive policy: the dead-letter queue of a FIFO queue is a FIFO queue, that of a standard queue a
    standard one.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    ## Example
    ```python
    failed = aws.sqs.Queue("failed")
    aws.sqs.Queue(
        "bookings",
        fifo_queue=True,
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3}),
    )
    ```

    ## Use instead
    ```python
    failed = aws.sqs.Queue("failed", fifo_queue=True)
    aws.sqs.Queue(
        "bookings",
        fifo_queue=True,
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3}),
    )
    ```
    """
    queue = node if node.kind == QUEUE else named(graph, node.text("queueUrl"), QUEUE)
    target = named(graph, (node.document("redrivePolicy") or {}).get("deadLetterTargetArn"), QUEUE)
    if queue is None or target is None or is_fifo(queue) == is_fifo(target):
        return
    yield node.problem(
        f"{says(queue)} has {says(target)} as its dead-letter queue, and SQS takes one of the same kind only",
        fix=f"fifo_queue={is_fifo(queue)} for {target.name!r}.",
        at="redrivePolicy",
        related=[target.here("the dead-letter queue", "fifoQueue")],
    )


@graph_rule("QUE102", "breaks", "event-wiring", rows=("S2-7", "S3-3"), each=(_SUBSCRIPTION, _NOTIFICATION))
def delivery_to_another_kind(node: Node, graph: View) -> Iterator[Problem]:
    """A standard topic with a FIFO queue, a FIFO topic with anything but queues, or S3 events to a FIFO queue or topic.

    ## Why is this bad?
    AWS refuses the subscription, or the notification. A FIFO topic delivers to queues, of both kinds; a standard topic
    to standard queues; S3 to standard queues and topics.
    https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html

    ## Example
    ```python
    topic = aws.sns.Topic("bookings")
    queue = aws.sqs.Queue("bookings", fifo_queue=True)
    aws.sns.TopicSubscription("bookings", topic=topic.arn, protocol="sqs", endpoint=queue.arn)
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("bookings", fifo_topic=True)
    queue = aws.sqs.Queue("bookings", fifo_queue=True)
    aws.sns.TopicSubscription("bookings", topic=topic.arn, protocol="sqs", endpoint=queue.arn)
    ```
    """
    if node.kind == _NOTIFICATION:
        yield from _of_bucket(node, graph)
        return
    topic = named(graph, node.get("topic"), TOPIC)
    if topic is None:
        return
    protocol = node.text("protocol")
    queue = named(graph, node.get("endpoint"), QUEUE)
    if is_fifo(topic) and protocol != "sqs":
        yield node.problem(
            f"{says(topic)} delivers to {protocol!r}; a FIFO topic delivers to queues only",
            fix="Subscribe a queue, and let the other one take from it.",
            at="protocol",
            related=[topic.here("the topic")],
        )
    elif queue is not None and is_fifo(queue) and not is_fifo(topic):
        yield node.problem(
            f"{says(topic)} delivers to {says(queue)}, and SNS refuses the subscription",
            fix=f"fifo_topic=True for {topic.name!r}, or a standard queue.",
            at="endpoint",
            related=[queue.here("the queue", "fifoQueue"), topic.here("the topic")],
        )


@graph_rule("QUE103", "breaks", "event-wiring", rows=("S3-3",), each=tuple(_GROUP))
def fifo_target_without_group(node: Node, graph: View) -> Iterator[Problem]:
    """A rule or schedule that sends to a FIFO queue without a message group, or to one that needs an id per message.

    ## Why is this bad?
    A message of a FIFO queue belongs to a group, and EventBridge refuses the target without one. It sends no
    deduplication id either, so the queue has to make one of the content, or every message is refused.
    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html

    ## Example
    ```python
    queue = aws.sqs.Queue("bookings", fifo_queue=True, content_based_deduplication=True)
    rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=queue.arn)
    ```

    ## Use instead
    ```python
    queue = aws.sqs.Queue("bookings", fifo_queue=True, content_based_deduplication=True)
    rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    aws.cloudwatch.EventTarget(
        "nightly", rule=rule.name, arn=queue.arn, sqs_target={"message_group_id": "nightly"}
    )
    ```
    """
    arn, group = _GROUP[node.kind]
    queue = named(graph, node.get(arn), QUEUE)
    if queue is None or not is_fifo(queue):
        return
    if not node.get(group):
        wanted = "sqs_target" if node.kind == _TARGET else "sqs_parameters"
        yield node.problem(
            f"{node.name!r} sends to {says(queue)} without a message group",
            fix=f'{wanted}={{"message_group_id": "{node.name}"}}',
            at=arn,
            related=[queue.here("the queue", "fifoQueue")],
        )
    elif not queue.get("contentBasedDeduplication"):
        yield node.problem(
            f"{node.name!r} sends to {says(queue)}, which makes no deduplication id of the content, and EventBridge "
            "sends none",
            fix=f"content_based_deduplication=True for {queue.name!r}.",
            at=arn,
            related=[queue.here("the queue", "contentBasedDeduplication")],
        )


@graph_rule("QUE104", "loses", "function-without-dlq", rows=("S0-2", "S2-8"), each=tuple(_FAILURES))
def failures_to_a_fifo_queue(node: Node, graph: View) -> Iterator[Problem]:
    """A FIFO queue or topic for the failed events of a function, rule or schedule.

    ## Why is this bad?
    Lambda and EventBridge keep failed events in standard queues and topics only. They send no message group, so nothing
    of a failure arrives. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html

    ## Example
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails", fifo_queue=True)
    aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails")
    aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    ```
    """
    for path in _FAILURES[node.kind]:
        target = named(graph, node.get(path), QUEUE, TOPIC)
        if target is not None and is_fifo(target):
            what = "what succeeds" if "onSuccess" in path else "what fails"
            yield node.problem(
                f"{node.name!r} sends {what} to {says(target)}, where nothing of it arrives",
                fix="A standard queue.",
                at=path,
                related=[target.here("where it is sent", "fifoQueue" if target.kind == QUEUE else "fifoTopic")],
            )


@graph_rule("QUE105", "breaks", "config", rows=("S3-2",), each=(QUEUE, TOPIC))
def half_a_fifo(node: Node, graph: View) -> Iterator[Problem]:
    """A FIFO queue or topic whose name does not end in `.fifo`, such a name without FIFO, or its settings without it.

    ## Why is this bad?
    The suffix is part of the name of every FIFO queue and topic, and of no other. AWS refuses one without the other,
    and settings of FIFO queues on a standard one.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html

    ## Example
    ```python
    aws.sqs.Queue("bookings", name="bookings", fifo_queue=True)
    ```

    ## Use instead
    ```python
    aws.sqs.Queue("bookings", name="bookings.fifo", fifo_queue=True)
    ```
    """
    kind = "queue" if node.kind == QUEUE else "topic"
    flag = bool(node.get(f"fifo{kind.title()}"))
    name = node.given("name")
    if isinstance(name, str) and name and name.endswith(".fifo") != flag:
        message = "is no FIFO" if not flag else "is a FIFO"
        yield node.problem(
            f"the {kind} {node.name!r} {message} {kind}, and its name is {name!r}",
            fix=f"fifo_{kind}=True, or another name." if not flag else f"name={name + '.fifo'!r}",
            at="name",
        )
    elif not flag:
        for path in _OF_FIFO:
            if node.given(path):
                yield node.problem(
                    f"the {kind} {node.name!r} is no FIFO {kind}, and has {path} {node.given(path)!r}",
                    fix=f"fifo_{kind}=True, or leave it out.",
                    at=path,
                )


def _of_bucket(node: Node, graph: View) -> Iterator[Problem]:
    for key, arn in (("queues", "queueArn"), ("topics", "topicArn")):
        for index, target in enumerate(node.structs(key)):
            found = named(graph, target.get(arn), QUEUE, TOPIC)
            if found is not None and is_fifo(found):
                yield node.problem(
                    f"the bucket {node.text('bucket')!r} sends events to {says(found)}, and S3 refuses that",
                    fix="A standard queue, or EventBridge in between.",
                    at=f"{key}.{index}.{arn}",
                    related=[found.here("where they are sent")],
                )
