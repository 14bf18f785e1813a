"""Indexes that something asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.iam.patterns import HOLE
from stackwright.rules.code.packages import code_of
from stackwright.rules.finding import Problem
from stackwright.rules.iam.wired import FUNCTION
from stackwright.rules.rule import graph_rule
from stackwright.rules.tables.schema import TABLE, has_indexes_elsewhere, index_names
from stackwright.rules.view import Node, View

_INSIGHTS: Final = "dynamodb/contributorInsights:ContributorInsights"


@graph_rule("TAB106", "breaks", "schema", rows=("S0-1",), each=(FUNCTION, _INSIGHTS))
def index_is_not_there(node: Node, graph: View) -> Iterator[Problem]:
    """A query, or a setting, for an index that the table does not have.

    ## Why is this bad?
    DynamoDB refuses it: "The table does not have the specified index". The names of indexes stand in two places, the
    table and the code that asks it.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    parcels = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}, {"name": "owner", "type": "S"}],
        global_secondary_indexes=[{"name": "by-owner", "hash_key": "owner", "projection_type": "ALL"}],
    )
    aws.lambda_.Function(
        "find",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive("code"),
        environment={"variables": {"PARCELS": parcels.name}},
    )
    ```
    ```python
    # file: code/app.py
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    parcels = boto3.resource("dynamodb").Table(os.environ["PARCELS"])


    def handler(event, context):
        return parcels.query(IndexName="owner-index", KeyConditionExpression=Key("owner").eq(event["owner"]))["Items"]
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    parcels = aws.dynamodb.Table(
        "parcels",
        billing_mode="PAY_PER_REQUEST",
        hash_key="parcel",
        attributes=[{"name": "parcel", "type": "S"}, {"name": "owner", "type": "S"}],
        global_secondary_indexes=[{"name": "by-owner", "hash_key": "owner", "projection_type": "ALL"}],
    )
    aws.lambda_.Function(
        "find",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.FileArchive("code"),
        environment={"variables": {"PARCELS": parcels.name}},
    )
    ```
    ```python
    # file: code/app.py
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    parcels = boto3.resource("dynamodb").Table(os.environ["PARCELS"])


    def handler(event, context):
        return parcels.query(IndexName="by-owner", KeyConditionExpression=Key("owner").eq(event["owner"]))["Items"]
    ```
    """
    if node.kind == _INSIGHTS:
        table, index = node.refers("tableName", TABLE), node.text("indexName")
        if table is not None and index and _lacks(table, index, graph):
            yield node.problem(
                f"{node.name!r} is about the index {index!r}, and {table.name!r} has {_has(table)}",
                fix="index_name=<an index of the table>",
                at="indexName",
                related=[table.here("the table")],
            )
        return
    code = code_of(node, graph.lines.root)
    for need in graph.code(node).needs() if code is not None else ():
        arn, _, index = need.resource.partition("/index/")
        table = graph.find(arn, TABLE) if index and HOLE not in need.resource else None
        if code is None or table is None or "*" in index or not _lacks(table, index, graph):
            continue
        yield Problem(
            f"the function {node.name!r} asks for the index {index!r} at {need.place.file}:{need.place.line}, and "
            f"{table.name!r} has {_has(table)}",
            "IndexName=<an index of the table>",
            code.place(node, need.place.file, need.place.line, 1, graph.lines.root),
            (table.here("the table"),),
        )


def _lacks(table: Node, index: str, graph: View) -> bool:
    return not has_indexes_elsewhere(table, graph) and index not in index_names(table)


def _has(table: Node) -> str:
    return ", ".join(map(repr, sorted(index_names(table)))) or "none"
