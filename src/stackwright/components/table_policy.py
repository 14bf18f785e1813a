"""A table's own policy: its data can be reached through one endpoint only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NotRequired

import pulumi
from pulumi_aws import dynamodb

from .component import Component, ComponentArgs
from .function import Function
from .network import Endpoint
from .policy import Condition, PolicyDocument, Statement
from .table import Table

DATA_ACTIONS: Final = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
)
"""Every way to read or change items. Managing the table is not among them, or nobody could take the policy away."""


class TablePolicyArgs(ComponentArgs):
    """Arguments of a TablePolicy."""

    table: Table
    """The table."""
    endpoint: Endpoint
    """The only way to its data, such as `network.endpoints["dynamodb"]`."""
    functions: Sequence[Function]
    """Users of the table; the policy waits until they are in the network."""
    break_glass_role_arn: NotRequired[str | None]
    """Role that still reaches the data from elsewhere, for emergencies."""


class TablePolicy(Component):
    """Denies reading and writing items to all who do not come through the endpoint, the account's root included.

    Tables restored from a backup do not have it.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
    """

    def __init__(self, name: str, args: TablePolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("TablePolicy", name, args, opts)

        table, endpoint = args["table"], args["endpoint"]
        self.document = PolicyDocument(name)
        self.document.add(
            Statement(
                DATA_ACTIONS,
                [table.arn, pulumi.Output.concat(table.arn, "/index/*")],
                effect="Deny",
                principal="*",
                condition=_from_elsewhere(endpoint, args.get("break_glass_role_arn")),
                sid="DataThroughEndpointOnly",
            )
        )
        dynamodb.ResourcePolicy(
            f"{name}-policy",
            resource_arn=table.arn,
            policy=self.document.json,
            opts=self.inside(depends_on=[function.function for function in args["functions"]]),
        )
        self.environment.connect(endpoint.label, table.label, *DATA_ACTIONS)
        self.finish()


def _from_elsewhere(endpoint: Endpoint, break_glass_role_arn: str | None) -> Condition:
    # A condition on a key that is absent, as aws:SourceVpce is outside of any endpoint, matches StringNotEquals.
    outside: Condition = {"StringNotEquals": {"aws:SourceVpce": endpoint.endpoint_id}}
    if break_glass_role_arn is None:
        return outside
    return {**outside, "ArnNotEquals": {"aws:PrincipalArn": break_glass_role_arn}}
