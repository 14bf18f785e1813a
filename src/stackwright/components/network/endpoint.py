"""The way from a network without internet access to one AWS service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pulumi
from pulumi_aws import ec2

from ..component import Component, Transform
from ..policy import PolicyDocument, Statement

GATEWAY_SERVICES: Final = ("dynamodb", "s3")
"""Services with an endpoint in the route tables, at no charge; all others have network interfaces."""

_SERVICE_OF_PREFIX: Final = {"cloudwatch": "monitoring", "ses": "email"}
_NOBODY: Final = Statement(["*"], ["*"], effect="Deny", principal="*", sid="NothingIsGranted")


class Endpoint(Component):
    """A gateway endpoint for DynamoDB and S3, an interface endpoint for any other service. Its network makes it.

    Its policy names the resources that were granted to functions in the network, and who may use each of them.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

    Args:
        service: last part of the service's name, such as `dynamodb`.
        vpc_id: the network.
        route_table_ids: where a gateway is entered.
        subnet_ids: where interfaces are placed.
        security_group_ids: who may reach the interfaces.
        transform: changes to inner resources by role, see `Component`.
    """

    endpoint_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        service: str,
        vpc_id: pulumi.Input[str],
        route_table_ids: Sequence[pulumi.Input[str]],
        subnet_ids: Sequence[pulumi.Input[str]],
        security_group_ids: Sequence[pulumi.Input[str]],
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Endpoint", name, transform=transform, opts=opts)

        self.service = service
        self.is_gateway = self.service in GATEWAY_SERVICES
        self.document = PolicyDocument(name, unless_any=_NOBODY)
        self.endpoint = ec2.VpcEndpoint(
            f"{name}-endpoint",
            vpc_id=vpc_id,
            service_name=f"com.amazonaws.{self.environment.region}.{self.service}",
            vpc_endpoint_type="Gateway" if self.is_gateway else "Interface",
            policy=self.document.json,
            route_table_ids=route_table_ids if self.is_gateway else None,
            subnet_ids=None if self.is_gateway else subnet_ids,
            security_group_ids=None if self.is_gateway else security_group_ids,
            # The SDK's usual host name leads to the interfaces.
            private_dns_enabled=None if self.is_gateway else True,
            tags={"Name": name},
            opts=self.inside(),
        )
        self.endpoint_id = self.endpoint.id
        self.finish(endpoint_id=self.endpoint_id)

    def allow(self, role_arn: pulumi.Input[str], statement: Statement) -> None:
        """Let a role through for what a statement of its policy allows.

        A gateway takes no roles as principals, so the role is a condition.
        https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
        """
        only_this_role = {"ArnEquals": {"aws:PrincipalArn": role_arn}}
        self.document.add(replace(statement, principal="*", condition={**statement.condition, **only_this_role}))


def services_of(statement: Statement) -> set[str]:
    """Services whose endpoints the actions of a statement need."""
    prefixes = {action.partition(":")[0] for action in statement.actions}
    return {_SERVICE_OF_PREFIX.get(prefix, prefix) for prefix in prefixes}
