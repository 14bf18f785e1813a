"""Policies that keep out whoever is to change them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_FROM: Final = frozenset(("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"))
_ALL: Final = ("*", "dynamodb:*", "dynamodb:delete*", "dynamodb:put*")


@graph_rule("NET106", "breaks", "network", rows=("S0-13",), each="dynamodb/resourcePolicy:ResourcePolicy")
def policy_locks_out(node: Node, graph: View) -> Iterator[Problem]:
    """A table's policy that denies everything from outside of the VPC, also to who deploys.

    ## Why is this bad?
    Who deploys is outside of the VPC: DynamoDB refuses a policy with which its writer could not change it again, and
    describing the table, its backups and tags would be denied to the next update. Deny the calls on data alone.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html

    ## Example
    ```python
    coins = aws.dynamodb.Table(
        "coins", billing_mode="PAY_PER_REQUEST", hash_key="coin", attributes=[{"name": "coin", "type": "S"}]
    )
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "dynamodb:*",
        "Resource": coins.arn,
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
    }
    aws.dynamodb.ResourcePolicy(
        "coins",
        resource_arn=coins.arn,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]}),
    )
    ```

    ## Use instead
    ```python
    coins = aws.dynamodb.Table(
        "coins", billing_mode="PAY_PER_REQUEST", hash_key="coin", attributes=[{"name": "coin", "type": "S"}]
    )
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        "Resource": coins.arn,
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
    }
    aws.dynamodb.ResourcePolicy(
        "coins",
        resource_arn=coins.arn,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]}),
    )
    ```
    """
    if node.get("confirmRemoveSelfResourceAccess"):
        return  # who says so means it
    for statement in node.policy():
        keys = {c.key.lower() for c in statement.conditions}
        wide = [a for a in statement.actions if a.lower() in _ALL]
        # Another key may let through who deploys.
        everybody = any(name == "*" for _, name in statement.principals)
        if statement.effect == "Deny" and everybody and wide and keys and keys <= _FROM:
            yield node.problem(
                f"{statement} of {node.name!r} denies {', '.join(wide)} to everybody outside of the VPC, so to who "
                "deploys this program, too",
                fix="The actions on data: GetItem, BatchGetItem, Query, Scan, PutItem, UpdateItem, DeleteItem, …",
                at="policy",
            )
