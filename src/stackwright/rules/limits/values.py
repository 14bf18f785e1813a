"""Values of single inputs."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.finding import Problem
from stackwright.rules.limits.limits import limits
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View


@graph_rule("LIM101", "breaks", "config", rows=("S0-2", "S0-12", "S0-14", "S3-11"), each=tuple(limits()))
def value_is_refused(node: Node, graph: View) -> Iterator[Problem]:
    """A value that AWS does not take: out of range, or none of those that there are.

    ## Why is this bad?
    AWS refuses the resource when it is made, after others that came before it; and a value that comes from the
    configuration is refused in one environment only, often the last one. Quotas that AWS raises on request are not
    meant, only what holds for every account. Each message names AWS's page.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html

    ## Example
    ```python
    aws.sqs.Queue("letters", message_retention_seconds=30 * 24 * 60 * 60)
    ```

    ## Use instead
    ```python
    aws.sqs.Queue("letters", message_retention_seconds=14 * 24 * 60 * 60)
    ```
    """
    for limit in limits()[node.kind]:
        for path, value in limit.refused(node):
            shown = f"has {len(value)} items" if limit.most is not None else f"is {value!r}"
            yield node.problem(
                f"{path} of {node.name!r} {shown}; AWS takes {limit.allowed} ({limit.source})",
                fix=f"Give {limit.allowed}.",
                at=path,
            )
