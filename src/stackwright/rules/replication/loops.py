"""Functions that copy changes to and fro."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stackwright.rules.code.packages import code_of
from stackwright.rules.finding import Problem
from stackwright.rules.needs import needs_of
from stackwright.rules.replication.tables import TABLE
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_MAPPING: Final = "lambda/eventSourceMapping:EventSourceMapping"
_WRITES: Final = frozenset(
    f"dynamodb:{action}" for action in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLInsert")
)
# What code says that leaves out changes which came from the other side.
_GUARD: Final = re.compile(
    r"ConditionExpression|condition_expression|\bcontinue\b|aws:rep:|userIdentity"
    r"|\b(?:el)?if\b[^\n]*(?:origin|source|replica|region|marker|copied|copy)"
)


@dataclass(frozen=True, slots=True)
class _Copy:
    mapping: Node
    function: Node
    source: Node
    targets: Mapping[str, Node]


@graph_rule("REP106", "loses", "replication", rows=("S3-7",))
def changes_that_go_round(graph: View) -> Iterator[Problem]:
    """Two functions that write the changes of each other's table: a loop.

    ## Why is this bad?
    A change of the first table is written to the second, which is a change that is written to the first, and so on. It
    never ends, the bill does not either, and a write that came in between is undone. One direction is enough for a
    copy; both take a mark of where a change came from, or a global table.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    text = "import os, boto3\\ntable = boto3.resource('dynamodb').Table(os.environ['COPY'])\\n"
    text += "def handler(event, context):\\n    for record in event['Records']:\\n"
    text += "        table.put_item(Item=record['dynamodb']['NewImage'])\\n"
    tables = {
        name: aws.dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            stream_enabled=True,
            stream_view_type="NEW_IMAGE",
        )
        for name in ("parcels", "archive")
    }
    for name, other in (("parcels", "archive"), ("archive", "parcels")):
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(text)}),
            environment={"variables": {"COPY": tables[other].name}},
        )
        aws.lambda_.EventSourceMapping(
            name, function_name=function.name, event_source_arn=tables[name].stream_arn, starting_position="LATEST"
        )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    text = "import os, boto3\\ntable = boto3.resource('dynamodb').Table(os.environ['COPY'])\\n"
    text += "def handler(event, context):\\n    for record in event['Records']:\\n"
    text += "        table.put_item(Item=record['dynamodb']['NewImage'])\\n"
    tables = {
        name: aws.dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            stream_enabled=True,
            stream_view_type="NEW_IMAGE",
        )
        for name in ("parcels", "archive")
    }
    function = aws.lambda_.Function(
        "parcels",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(text)}),
        environment={"variables": {"COPY": tables["archive"].name}},
    )
    aws.lambda_.EventSourceMapping(
        "parcels",
        function_name=function.name,
        event_source_arn=tables["parcels"].stream_arn,
        starting_position="LATEST",
    )
    ```
    """
    copies = [copy for mapping in graph.all(_MAPPING) for copy in _copies(mapping, graph)]
    for index, second in enumerate(copies):
        for first in copies[:index]:
            if second.source is first.source or first.function is second.function:
                continue
            if second.source.urn in first.targets and first.source.urn in second.targets:
                yield second.mapping.problem(
                    f"{second.function.name!r} writes the changes of {second.source.name!r} to {first.source.name!r}, "
                    f"and {first.function.name!r} writes those of {first.source.name!r} to {second.source.name!r}",
                    fix="One direction only, or a mark in each item of where it was changed.",
                    at="eventSourceArn",
                    related=[first.mapping.here("the other direction", "eventSourceArn")],
                )


def _copies(mapping: Node, graph: View) -> Iterator[_Copy]:
    function = graph.function(mapping.text("functionName"))
    arn = mapping.text("eventSourceArn")
    source = next((t for t in graph.all(TABLE) if arn and arn in (t.text("streamArn"), t.arn)), None)
    if function is None or source is None or mapping.get("enabled") is False or mapping.given("filterCriteria"):
        return
    code = code_of(function, graph.lines.root)
    if code is None or any(_GUARD.search(text) for text in code.texts.values()):
        return
    written = (need.resource for need in needs_of(function) if need.certain and _WRITES.intersection(need.actions))
    found = (graph.within(resource, TABLE) for resource in written)
    yield _Copy(mapping, function, source, {table.urn: table for table in found if table is not None})
