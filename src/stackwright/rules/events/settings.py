"""Settings of which a resource has one, and loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.iam.patterns import HOLE
from stackwright.rules.code.packages import code_of
from stackwright.rules.finding import Problem
from stackwright.rules.needs import needs_of
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import pattern_of, rule_of
from stackwright.rules.view import Node, View

_NOTIFICATION: Final = "s3/bucketNotification:BucketNotification"
_SUBSCRIPTION: Final = "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
_TARGET: Final = "cloudwatch/eventTarget:EventTarget"
_LOGGING: Final = "s3/bucketLogging:BucketLogging"
_QUEUE: Final = "sqs/queue:Queue"
# The whole of what the resource has of it, so the later one takes the earlier one's place.
_WHOLE: Final[Mapping[str, str]] = {
    _NOTIFICATION: "bucket",
    "s3/bucketPolicy:BucketPolicy": "bucket",
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket",
    "s3/bucketCorsConfiguration:BucketCorsConfiguration": "bucket",
    "sqs/queuePolicy:QueuePolicy": "queueUrl",
    "sns/topicPolicy:TopicPolicy": "arn",
    "kms/keyPolicy:KeyPolicy": "keyId",
    "dynamodb/resourcePolicy:ResourcePolicy": "resourceArn",
    "secretsmanager/secretPolicy:SecretPolicy": "secretArn",
}


@graph_rule("EVT106", "loses", "event-wiring", rows=("S0-3", "S2-7"), each=tuple(_WHOLE))
def second_setting_of_one(node: Node, graph: View) -> Iterator[Problem]:
    """Two notifications of one bucket, or two policies of one queue, topic, bucket or key.

    ## Why is this bad?
    A bucket has one notification configuration, and each resource writes it whole: the one that is made later takes the
    other's place, and with every update they change places. Events are lost, and nothing reports it.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html

    ## Example
    ```python
    bucket, small, large = aws.s3.Bucket("maps"), aws.sqs.Queue("small"), aws.sqs.Queue("large")
    for name, queue in (("small", small), ("large", large)):
        aws.s3.BucketNotification(
            name,
            bucket=bucket.id,
            queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": f"{name}/"}],
        )
    ```

    ## Use instead
    ```python
    bucket, small, large = aws.s3.Bucket("maps"), aws.sqs.Queue("small"), aws.sqs.Queue("large")
    aws.s3.BucketNotification(
        "maps",
        bucket=bucket.id,
        queues=[
            {"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": f"{name}/"}
            for name, queue in (("small", small), ("large", large))
        ],
    )
    ```
    """
    path = _WHOLE[node.kind]
    value = node.text(path)
    same = [n for n in graph.all(node.kind) if value and n.get(path) == value and n.region == node.region]
    if len(same) > 1 and node is not same[0] and node.resource.provider == same[0].resource.provider:
        yield node.problem(
            f"{described(node)} and {same[0].name!r} both write all of {value!r}; the later takes the other away",
            fix="One resource with both.",
            at=path,
            related=[same[0].here("the other one")],
        )


@graph_rule("EVT107", "loses", "event-wiring", rows=("S3-3", "S0-3"))
def target_triggers_itself(graph: View) -> Iterator[Problem]:
    """Something that writes what triggers it: a loop.

    ## Why is this bad?
    A function that puts objects into the bucket whose events invoke it, that gets its own log, a workflow that is
    started when one ends, or a bucket that logs into itself never comes to an end; the bill does not, either.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("ship", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    group = aws.cloudwatch.LogGroup("ship", name=pulumi.Output.concat("/aws/lambda/", function.name))
    aws.cloudwatch.LogSubscriptionFilter("ship", log_group=group.name, filter_pattern="", destination_arn=function.arn)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("ship", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    group = aws.cloudwatch.LogGroup("shop", name="/shop/orders")
    aws.cloudwatch.LogSubscriptionFilter("ship", log_group=group.name, filter_pattern="", destination_arn=function.arn)
    ```
    """
    for node in graph.all(_SUBSCRIPTION):
        function = graph.function(node.text("destinationArn"))
        if function is not None:
            own = function.text("loggingConfig.logGroup") or f"/aws/lambda/{function.text('name')}"
            if node.text("logGroup") == own:
                yield _loop(node, "logGroup", f"the function {function.name!r} gets its own log, and writes into it")
    for node in graph.all(_LOGGING):
        if node.text("bucket") and node.text("bucket") == node.text("targetBucket"):
            yield _loop(node, "targetBucket", "the bucket logs into itself, and logs that it did")
    for node in graph.all(_QUEUE):
        if node.arn and _dead_letters(node) == node.arn:
            yield _loop(node, "redrivePolicy", "the queue's dead letters come back into it")
    for node in graph.all(_TARGET):
        machine, rule = node.refers("arn", "sfn/stateMachine:StateMachine"), rule_of(graph, node)
        if machine is not None and rule is not None and _wakes_itself(machine, rule):
            yield _loop(node, "arn", f"every end of an execution of {machine.name!r} starts the next one")
    for node in graph.all(_NOTIFICATION):
        yield from _writes_back(node, graph)


def _loop(node: Node, path: str, why: str) -> Problem:
    return node.problem(
        f"{node.name!r} is a loop: {why}", fix="Send it elsewhere, or leave it out by a filter.", at=path
    )


def _dead_letters(queue: Node) -> str:
    return str((queue.document("redrivePolicy") or {}).get("deadLetterTargetArn", ""))


def _wakes_itself(machine: Node, rule: Node) -> bool:
    pattern = pattern_of(rule)
    detail = pattern.get("detail")
    named: Any = cast("dict[str, Any]", detail).get("stateMachineArn") if isinstance(detail, dict) else None
    about = pattern.get("source") == ["aws.states"] and "resources" not in pattern
    return about and (named is None or (isinstance(named, list) and machine.arn in named))


def _writes_back(node: Node, graph: View) -> Iterator[Problem]:
    """A function that surely puts objects where they invoke it again."""
    for index, target in enumerate(node.structs("lambdaFunctions")):
        function = graph.function(str(target.get("lambdaFunctionArn", "")))
        events = node.texts(f"lambdaFunctions.{index}.events")
        created = any(event in ("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:*") for event in events)
        if function is None or not created or _looks_at_keys(function, graph):
            continue
        bucket = f"arn:aws:s3:::{node.text('bucket')}/"
        prefix, suffix = str(target.get("filterPrefix") or ""), str(target.get("filterSuffix") or "")
        for need in needs_of(function):
            key = need.resource.removeprefix(bucket)
            if "s3:PutObject" not in need.actions or not need.resource.startswith(bucket) or not need.certain:
                continue
            # Of a key that nobody knows, only the part that is written out counts.
            head, _, rest = key.partition(HOLE)
            tail = key.rpartition(HOLE)[2] if HOLE in key else key
            known = bool(head) or not prefix
            if known and head.startswith(prefix) and tail.endswith(suffix) and (rest or head or prefix == suffix == ""):
                yield _loop(
                    node,
                    f"lambdaFunctions.{index}.lambdaFunctionArn",
                    f"the function {function.name!r} puts objects into the bucket that invoke it again",
                )
                break


def _looks_at_keys(function: Node, graph: View) -> bool:
    """Whether the code may leave out what it has written itself."""
    code = code_of(function, graph.lines.root)
    return code is None or any(
        word in text for text in code.texts.values() for word in ("startswith", "endswith", "re.")
    )
