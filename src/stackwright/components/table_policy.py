"""A table's own policy: its data can be reached through one endpoint only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
from pulumi_aws import dynamodb

from .component import Component, Transform
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


class TablePolicy(Component):
    """Denies reading and writing items to all who do not come through the endpoint, the account's root included.

    Tables restored from a backup do not have it.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html

    Args:
        table: the table.
        endpoint: the only way to its data, such as `network.endpoints["dynamodb"]`.
        functions: users of the table; the policy waits until they are in the network.
        break_glass_role_arn: role that still reaches the data from elsewhere, for emergencies.
        transform: changes to inner resources by role, see `Component`.
    """

    def __init__(
        self,
        name: str,
        *,
        table: Table,
        endpoint: Endpoint,
        functions: Sequence[Function],
        break_glass_role_arn: str | None = None,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("TablePolicy", name, transform=transform, opts=opts)

        self.document = PolicyDocument(name)
        self.document.add(
            Statement(
                DATA_ACTIONS,
                [table.arn, pulumi.Output.concat(table.arn, "/index/*")],
                effect="Deny",
                principal="*",
                condition=_from_elsewhere(endpoint, break_glass_role_arn),
                sid="DataThroughEndpointOnly",
            )
        )
        dynamodb.ResourcePolicy(
            f"{name}-policy",
            resource_arn=table.arn,
            policy=self.document.json,
            opts=self.inside(depends_on=[function.function for function in functions]),
        )
        self.environment.connect(endpoint.label, table.label, *DATA_ACTIONS)
        self.finish()


def _from_elsewhere(endpoint: Endpoint, break_glass_role_arn: str | None) -> Condition:
    # A condition on a key that is absent, as aws:SourceVpce is outside of any endpoint, matches StringNotEquals.
    outside: Condition = {"StringNotEquals": {"aws:SourceVpce": endpoint.endpoint_id}}
    if break_glass_role_arn is None:
        return outside
    return {**outside, "ArnNotEquals": {"aws:PrincipalArn": break_glass_role_arn}}
