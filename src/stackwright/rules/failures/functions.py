"""Functions whose failed events are lost, doubled, or come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION, rule_of, triggers
from stackwright.rules.view import Node, View

CONFIG: Final = "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
MAPPING: Final = "lambda/eventSourceMapping:EventSourceMapping"
_SCHEDULE: Final = "scheduler/schedule:Schedule"
# They hand the event over and do not wait for an answer.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
_ASYNCHRONOUS: Final = ("s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com", "logs.amazonaws.com")


@graph_rule("DLQ101", "loses", "function-without-dlq", rows=("S0-2", "S1-3", "S2-8"))
def asynchronous_function_without_dlq(
    graph: View, *, everywhere: bool = True, schedules: bool = False
) -> Iterator[Problem]:
    """A function that gets events from S3, SNS, EventBridge or a log, and has no place for those that fail.

    ## Why is this bad?
    Lambda tries an event of an asynchronous invocation three times, and drops it then. A dead-letter queue, or a
    destination for failures, keeps it. The dead-letter queue of a rule or subscription is another one: it keeps what
    could not be handed over to Lambda.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    ## Parameters
    - `everywhere`: whether it counts in a program that keeps no failures at all; otherwise only where the program keeps
      others, or has a queue from which no function takes anything.
    - `schedules`: whether functions that are only started by a schedule count; the next run may do for the one before.

    ## Example
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails", message_retention_seconds=1209600)
    function = aws.lambda_.Function("thumbnails", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    topic = aws.sns.Topic("pictures")
    aws.sns.TopicSubscription("thumbnails", topic=topic.arn, protocol="lambda", endpoint=function.arn)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails", message_retention_seconds=1209600)
    function = aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    topic = aws.sns.Topic("pictures")
    aws.sns.TopicSubscription("thumbnails", topic=topic.arn, protocol="lambda", endpoint=function.arn)
    ```
    """
    kept = {f.urn for f in graph.all(FUNCTION) if f.get("deadLetterConfig.targetArn")}
    for config in graph.all(CONFIG):
        function = graph.function(str(config.get("functionName", "")))
        if function is not None and config.get("destinationConfig.onFailure.destination"):
            kept.add(function.urn)
    taken = {m.text("eventSourceArn") for m in graph.all(MAPPING)}
    if not (everywhere or kept or any(str(queue.arn) not in taken for queue in graph.all("sqs/queue:Queue"))):
        return
    seen: set[str] = set()
    for function, trigger, says in _asynchronous(graph, schedules):
        if function.urn in kept or function.urn in seen:
            continue
        seen.add(function.urn)
        yield function.problem(
            f"the function {function.name!r} gets events from {says}, and those that fail three times are lost: it has "
            "neither a dead-letter queue nor a destination for failures",
            fix='dead_letter_config={"target_arn": queue.arn}, and sqs:SendMessage on the queue for its role',
            at="deadLetterConfig",
            related=[trigger.here(f"{says} invokes it")],
        )


@graph_rule("DLQ102", "loses", "function-without-dlq", rows=("S2-8",), each=CONFIG)
def dlq_and_destination_in_one(config: Node, graph: View) -> Iterator[Problem]:
    """A dead-letter queue that is a function's destination as well.

    ## Why is this bad?
    Lambda sends a failed event to both: there are two messages for one failure, in two formats, the event alone and
    the event within a record of the invocation. Who counts or replays them does it twice. With `on_success` there,
    the queue holds what has succeeded.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

    ## Example
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails")
    function = aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    aws.lambda_.FunctionEventInvokeConfig(
        "thumbnails",
        function_name=function.name,
        maximum_retry_attempts=2,
        destination_config={"on_failure": {"destination": failed.arn}},
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails")
    function = aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    aws.lambda_.FunctionEventInvokeConfig("thumbnails", function_name=function.name, maximum_retry_attempts=2)
    ```
    """
    function = graph.function(str(config.get("functionName", "")))
    dead_letters = function.get("deadLetterConfig.targetArn") if function else None
    failure = config.get("destinationConfig.onFailure.destination")
    success = config.get("destinationConfig.onSuccess.destination")
    if function is None:
        return
    for path, target, when in (("onFailure", failure, "a failure"), ("onSuccess", success, "a success")):
        if target and target == dead_letters:
            yield config.problem(
                f"the function {function.name!r} has {str(target).rpartition(':')[2]!r} as its dead-letter queue and "
                f"as its destination for {when}",
                fix="Leave out one of the two, or give the destination a queue of its own.",
                at=f"destinationConfig.{path}.destination",
                related=[function.here("its dead-letter queue", "deadLetterConfig.targetArn")],
            )
    if failure and failure == success:
        yield config.problem(
            f"successes and failures of the function {function.name!r} go to one place, "
            f"{str(failure).rpartition(':')[2]!r}",
            fix="Give failures a queue of their own.",
            at="destinationConfig.onFailure.destination",
        )


@graph_rule("DLQ103", "loses", "function-without-dlq", rows=("S0-2", "S2-8"), each=MAPPING)
def failures_that_come_back(mapping: Node, graph: View) -> Iterator[Problem]:
    """A function that gets its own failed events again, from the queue that is to keep them.

    ## Why is this bad?
    What fails once fails again: the event runs in a circle, at your expense, and the queue that somebody should look
    into is always empty. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html

    ## Example
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed-thumbnails")
    function = aws.lambda_.Function(
        "thumbnails",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        dead_letter_config={"target_arn": failed.arn},
    )
    aws.lambda_.EventSourceMapping("again", function_name=function.name, event_source_arn=failed.arn)
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
    function = graph.function(str(mapping.get("functionName", "")))
    source = mapping.get("eventSourceArn")
    if function is None or not source or mapping.get("enabled") is False:
        return
    ends = [(function, "deadLetterConfig.targetArn")]
    ends += [
        (config, "destinationConfig.onFailure.destination")
        for config in graph.all(CONFIG)
        if graph.function(str(config.get("functionName", ""))) is function
    ]
    for node, path in ends:
        if node.get(path) == source:
            yield mapping.problem(
                f"the mapping {mapping.name!r} gives the function {function.name!r} events from "
                f"{str(source).rpartition(':')[2]!r}, where its failed events go",
                fix="Let another function take what failed, or somebody look at it.",
                at="eventSourceArn",
                related=[node.here("where failed events go", path)],
            )


def _asynchronous(graph: View, schedules: bool) -> Iterator[tuple[Node, Node, str]]:
    """Functions with what hands events over to them."""
    for trigger in triggers(graph):
        if trigger.principal not in _ASYNCHRONOUS:
            continue
        rule = rule_of(graph, trigger.node) if trigger.principal == "events.amazonaws.com" else None
        if rule is None or schedules or rule.get("eventPattern"):
            yield trigger.function, trigger.node, trigger.says
    for schedule in graph.all(_SCHEDULE) if schedules else ():
        function = graph.function(str(schedule.get("target.arn", "")))
        if function is not None:
            yield function, schedule, f"the schedule {schedule.get('name')}"
