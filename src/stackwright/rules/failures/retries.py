"""Retries that stand where nothing reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.failures.functions import CONFIG, MAPPING
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View

_QUEUE: Final = "sqs/queue:Queue"
_REDRIVE: Final = "sqs/redrivePolicy:RedrivePolicy"
# https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
_OF_STREAMS: Final = (
    "maximumRetryAttempts",
    "maximumRecordAgeInSeconds",
    "bisectBatchOnFunctionError",
    "parallelizationFactor",
    "tumblingWindowInSeconds",
    "startingPosition",
    "destinationConfig.onFailure",
)


@graph_rule("DLQ111", "loses", "retries-misplaced", rows=("S1-3",), each=(_QUEUE, _REDRIVE))
def redrive_of_a_dead_letter_queue(node: Node, graph: View) -> Iterator[Problem]:
    """A redrive policy on a queue that only keeps the failed events of a function.

    ## Why is this bad?
    `maxReceiveCount` counts how often a consumer receives a message of a source queue. The dead-letter queue of a
    function has no consumer, so it is no number of retries: those of an asynchronous invocation are
    `maximum_retry_attempts` of FunctionEventInvokeConfig. Without `deadLetterTargetArn` SQS refuses the policy.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    ## Example
    ```python
    role = aws.iam.Role("thumbnails", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    last = aws.sqs.Queue("last")
    failed = aws.sqs.Queue(
        "failed", redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": last.arn, "maxReceiveCount": 2})
    )
    function = aws.lambda_.Function(
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
    failed = aws.sqs.Queue("failed")
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
    policy = node.document("redrivePolicy") or {}
    queue = node if node.kind == _QUEUE else node.refers("queueUrl", _QUEUE)
    if not policy or queue is None:
        return
    count = policy.get("maxReceiveCount")
    if "maxReceiveCount" in policy and not policy.get("deadLetterTargetArn"):
        yield node.problem(
            f"the redrive policy of the queue {queue.name!r} has maxReceiveCount {count} and no deadLetterTargetArn",
            fix="deadLetterTargetArn of another queue; retries of a function are maximum_retry_attempts of "
            "aws.lambda_.FunctionEventInvokeConfig",
            at="redrivePolicy",
        )
        return
    owner = _whose_failures(queue, graph)
    if owner is None or _is_consumed(queue, graph):
        return
    function, says = owner
    yield node.problem(
        f"the queue {queue.name!r} has maxReceiveCount {count}, but it is the {says} of {function.name!r}, and nothing "
        "receives from it",
        fix="aws.lambda_.FunctionEventInvokeConfig(…, maximum_retry_attempts=2), and no redrive policy on this queue",
        at="redrivePolicy",
        related=[function.here(f"its {says}")],
    )


@graph_rule("DLQ112", "breaks", "retries-misplaced", rows=("S1-3",), each=MAPPING)
def retries_of_a_stream_on_a_queue(mapping: Node, graph: View) -> Iterator[Problem]:
    """A mapping of a queue with settings that only streams have.

    ## Why is this bad?
    Retries, age, splitting and the destination for failures are a mapping's for streams only. For a queue they are
    its own: its redrive policy says after how many attempts a message goes to which queue. Lambda refuses them.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    ## Example
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("letters", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    letters = aws.sqs.Queue("letters")
    aws.lambda_.EventSourceMapping(
        "letters", function_name=function.name, event_source_arn=letters.arn, maximum_retry_attempts=2
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("letters", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    failed = aws.sqs.Queue("failed")
    letters = aws.sqs.Queue(
        "letters", redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3})
    )
    aws.lambda_.EventSourceMapping("letters", function_name=function.name, event_source_arn=letters.arn)
    ```
    """
    source = str(mapping.get("eventSourceArn", ""))
    if source.split(":")[2:3] != ["sqs"]:
        return
    for path in _OF_STREAMS:
        if mapping.given(path) not in (None, False):
            name = path.partition(".")[0]
            yield mapping.problem(
                f"the mapping {mapping.name!r} has {name} {mapping.given(path)!r}, and takes its events from the queue "
                f"{source.rpartition(':')[2]!r}; a queue has none",
                fix="redrive_policy={deadLetterTargetArn, maxReceiveCount} on the queue",
                at=path,
            )


def _whose_failures(queue: Node, graph: View) -> tuple[Node, str] | None:
    for function in graph.all(FUNCTION):
        if function.get("deadLetterConfig.targetArn") == queue.arn:
            return function, "dead-letter queue"
    for config in graph.all(CONFIG):
        if config.get("destinationConfig.onFailure.destination") == queue.arn:
            function = graph.function(str(config.get("functionName", "")))
            return function or config, "destination for failures"
    return None


def _is_consumed(queue: Node, graph: View) -> bool:
    """Whether something of this program receives from the queue: a mapping, a pipe, or code that has its URL."""
    if any(m.get("eventSourceArn") == queue.arn for m in graph.all(MAPPING)):
        return True
    if any(p.get("source") == queue.arn for p in graph.all("pipes/pipe:Pipe")):
        return True
    told = (queue.id, str(queue.get("name", "")), queue.arn)
    return any(value in told for function in graph.all(FUNCTION) for value in graph.code(function).environment.values())
