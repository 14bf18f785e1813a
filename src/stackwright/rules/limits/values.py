"""Values of single inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.limits.limits import limits
from stackwright.rules.limits.models import Misfit, module
from stackwright.rules.lines import snake
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code


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
            if not graph.known.gives(node.resource, path, value):
                continue
            shown = f"has {len(value)} items" if limit.most is not None else f"is {value!r}"
            yield node.problem(
                f"{path} of {node.name!r} {shown}; AWS takes {limit.allowed} ({limit.source})",
                fix=f"Give {limit.allowed}.",
                at=path,
            )


def _with_capitals(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import replace_text

    match finding.about:
        case (str(given), str(meant)):
            return replace_text(code, finding.place.line, finding.place.column, given, meant)
        case _:
            return []


@graph_rule("LIM103", "breaks", "config", rows=("S0-2", "S0-12", "S3-11"), fix=_with_capitals)
def value_that_the_api_has_not(graph: View) -> Iterator[Problem]:
    """A value that AWS's own model of the API does not have: not among its values, of another form, too long or large.

    ## Why is this bad?
    AWS refuses the call. Which values a parameter takes is written down in the models that AWS makes its SDKs of, and
    this rule reads them: each message names the operation, the parameter and the date of the model. A model says
    nothing of much that a service refuses as well; see LIM101. Values that AWS computes, and settings that nobody has
    given, are left alone. The types and inputs that are compared are listed beside these pages, in `models.md`.
    https://github.com/boto/botocore/tree/develop/botocore/data

    ## Example
    ```python
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = aws.iam.Role("resize", assume_role_policy=json.dumps(trust))
    aws.lambda_.Function(
        "resize",
        role=role.arn,
        runtime="python3.13",
        handler="resize.handler",
        s3_bucket="code",
        s3_key="resize.zip",
        tracing_config={"mode": "active"},
    )
    ```

    ## Use instead
    ```python
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = aws.iam.Role("resize", assume_role_policy=json.dumps(trust))
    aws.lambda_.Function(
        "resize",
        role=role.arn,
        runtime="python3.13",
        handler="resize.handler",
        s3_bucket="code",
        s3_key="resize.zip",
        tracing_config={"mode": "Active"},
    )
    ```
    """
    for node in graph:
        known = module(node.kind.partition("/")[0])
        of_kind = {re.sub(r"\[\]|\{\}", "", limit.path) for limit in limits().get(node.kind, ())}
        for misfit in known.misfits(node.kind, node.resource.inputs):
            if re.sub(r"\.\d+", "", misfit.path) in of_kind or not _is_given(misfit, node, graph):
                continue
            allowed, nearest = misfit.takes.allowed(misfit.value), misfit.takes.nearest(misfit.value)
            service, _, operation = misfit.operation.partition(":")
            yield node.problem(
                f"{spelled(misfit.path)} of {node.name!r} {misfit.says}; AWS takes {allowed} "
                f"({misfit.parameter} of {operation}, {service}, as of {known.date})",
                fix=f"{nearest}." if nearest else f"Give {allowed}.",
                at=misfit.path,
                about=_respelled(misfit),
            )


def _respelled(misfit: Misfit) -> tuple[str, str] | None:
    """The value, and the one of AWS's that differs from it in capitals alone."""
    value = misfit.value
    if not isinstance(value, str):
        return None
    return next(((value, each) for each in misfit.takes.enum if each.lower() == value.lower()), None)


def _is_given(misfit: Misfit, node: Node, graph: View) -> bool:
    if misfit.is_key:
        return graph.known.gives_key(node.resource, misfit.path)
    return graph.known.gives(node.resource, misfit.path, misfit.value)


def spelled(path: str) -> str:
    """A path as Python programs write it: `rules[0].status`."""
    return "".join(f"[{part}]" if part.isdigit() else f".{snake(part)}" for part in path.split("."))[1:]
