"""Queues and the functions that take from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.failures.functions import CONFIG, MAPPING
from stackwright.rules.finding import Problem
from stackwright.rules.queues.kinds import QUEUE, named
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View

_REDRIVE: Final = "sqs/redrivePolicy:RedrivePolicy"
_SECONDS: Final = {QUEUE: ("visibilityTimeoutSeconds", 30), FUNCTION: ("timeout", 3)}


@graph_rule("QUE111", "breaks", "config", rows=("S0-2", "S3-11"), each=MAPPING)
def message_back_before_the_end(mapping: Node, graph: View) -> Iterator[Problem]:
    """A queue that gives a message out again while the function may still be at work on it.

    ## Why is this bad?
    Lambda refuses the mapping when the queue's visibility timeout is shorter than the function's timeout. AWS
    recommends six times as long. A queue has 30 seconds when nothing is said.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html

    ## Example
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function(
        "letters", role=role.arn, runtime="python3.13", handler="app.handler", code=code, timeout=60
    )
    failed = aws.sqs.Queue("failed")
    letters = aws.sqs.Queue(
        "letters", redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3})
    )
    aws.lambda_.EventSourceMapping("letters", function_name=function.name, event_source_arn=letters.arn)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function(
        "letters", role=role.arn, runtime="python3.13", handler="app.handler", code=code, timeout=60
    )
    failed = aws.sqs.Queue("failed")
    letters = aws.sqs.Queue(
        "letters",
        visibility_timeout_seconds=360,
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3}),
    )
    aws.lambda_.EventSourceMapping("letters", function_name=function.name, event_source_arn=letters.arn)
    ```
    """
    queue = named(graph, mapping.get("eventSourceArn"), QUEUE)
    function = graph.function(mapping.text("functionName"))
    if queue is None or function is None or function.resource.external or mapping.get("enabled") is False:
        return
    visible, timeout = _seconds(queue, graph), _seconds(function, graph)
    if visible is None or timeout is None or visible >= timeout:
        return
    yield mapping.problem(
        f"the queue {queue.name!r} gives a message out again after {visible:g} seconds, and the function "
        f"{function.name!r} may take {timeout:g}; Lambda refuses the mapping",
        fix=f"visibility_timeout_seconds={6 * timeout:g} for {queue.name!r}.",
        at="eventSourceArn",
        related=[
            queue.here("the queue", "visibilityTimeoutSeconds"),
            function.here("the function", "timeout"),
        ],
    )


@graph_rule("QUE112", "loses", "function-without-dlq", rows=("S0-2", "S2-8"), each=MAPPING)
def queue_without_redrive(mapping: Node, graph: View, *, everywhere: bool = False) -> Iterator[Problem]:
    """A queue from which a function takes its events, and which keeps none of those that fail.

    ## Why is this bad?
    A message that makes the function fail comes back again and again, holds up others at your expense, and is gone
    when the queue's retention ends. A redrive policy puts it aside after some attempts. It is reported where the
    program keeps other failures; `everywhere` reports it in any program.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    ## Parameters
    - `everywhere`: whether it counts as well in a program that keeps no failures at all.

    ## Example
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed", message_retention_seconds=1209600)
    for name, attempts in (("letters", None), ("parcels", 3)):
        function = aws.lambda_.Function(name, role=role.arn, runtime="python3.13", handler="app.handler", code=code)
        policy = {"deadLetterTargetArn": failed.arn, "maxReceiveCount": attempts}
        queue = aws.sqs.Queue(name, redrive_policy=pulumi.Output.json_dumps(policy) if attempts else None)
        aws.lambda_.EventSourceMapping(name, function_name=function.name, event_source_arn=queue.arn)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("letters", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    failed = aws.sqs.Queue("failed", message_retention_seconds=1209600)
    for name, attempts in (("letters", 5), ("parcels", 3)):
        function = aws.lambda_.Function(name, role=role.arn, runtime="python3.13", handler="app.handler", code=code)
        policy = {"deadLetterTargetArn": failed.arn, "maxReceiveCount": attempts}
        queue = aws.sqs.Queue(name, redrive_policy=pulumi.Output.json_dumps(policy) if attempts else None)
        aws.lambda_.EventSourceMapping(name, function_name=function.name, event_source_arn=queue.arn)
    ```
    """
    queue = named(graph, mapping.get("eventSourceArn"), QUEUE)
    function = graph.function(mapping.text("functionName"))
    if queue is None or function is None or mapping.get("enabled") is False or queue.get("redrivePolicy"):
        return
    if any(named(graph, policy.text("queueUrl"), QUEUE) is queue for policy in graph.all(_REDRIVE)):
        return
    keeps = graph.once(_places_for_failures)
    # What failed already, and is tried once more, has been kept.
    if queue.arn in keeps or not (everywhere or keeps):
        return
    yield queue.problem(
        f"the function {function.name!r} takes its events from the queue {queue.name!r}, which has no redrive policy: "
        "a message that always fails comes back until it is deleted for its age",
        fix='redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 5})',
        related=[mapping.here("where the function takes them")],
    )


def _seconds(node: Node, graph: View) -> float | None:
    """A timeout; None when it is a setting that nobody has given."""
    path, default = _SECONDS[node.kind]
    given = node.given(path)
    if given is not None and not graph.known.gives(node.resource, path, given):
        return None
    return node.number(path, default)


def _places_for_failures(graph: View) -> frozenset[str]:
    """ARNs of what the program keeps failed events in."""
    found = {str((node.document("redrivePolicy") or {}).get("deadLetterTargetArn", "")) for node in graph.all(QUEUE)}
    found |= {str((n.document("redrivePolicy") or {}).get("deadLetterTargetArn", "")) for n in graph.all(_REDRIVE)}
    found |= {str(node.get("deadLetterConfig.targetArn") or "") for node in graph.all(FUNCTION)}
    found |= {str(node.get("destinationConfig.onFailure.destination") or "") for node in graph.all(CONFIG, MAPPING)}
    return frozenset(found - {""})
