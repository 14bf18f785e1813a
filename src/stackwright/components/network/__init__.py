"""A private network for functions: no way in, and ways out to named AWS services only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2, vpc

from .. import names
from ..component import Component, Transform
from ..errors import ComponentError
from ..policy import Statement
from .addresses import MAX_ZONES, network_block, subnet_blocks
from .endpoint import GATEWAY_SERVICES, Endpoint, services_of
from .zones import zones_without_lambda

__all__ = ["MAX_ZONES", "Endpoint", "Network", "network_block", "subnet_blocks"]

_HTTPS = 443


class Network(Component):
    """A VPC of private subnets without NAT or internet gateway, and an endpoint for each service that is called.

    A function is put into it with `network=network`; what is then granted to the function is let through the
    endpoint of its service as well.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html

    Args:
        cidr: private IPv4 block, /16 to /25, such as `10.0.0.0/16`.
        zones: availability zones, 1..6; one private subnet in each.
        endpoints: services that the functions call, such as `dynamodb` and `secretsmanager`.
        excluded_zone_ids: more zones to leave out, such as `use1-az2`. Where Lambda is known not to run functions is
            left out anyway.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the block or the number of zones is out of range, or the region has fewer zones.
    """

    vpc_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        cidr: str,
        zones: int,
        endpoints: Sequence[str],
        excluded_zone_ids: Sequence[str] = (),
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        blocks = subnet_blocks(name, cidr, zones)
        super().__init__("Network", name, transform=transform, opts=opts)

        self.vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=cidr,
            # Private DNS names of interface endpoints need both.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("vpc"),
            opts=self.inside(),
        )
        # The group that AWS makes with every VPC would let its members talk to everybody.
        ec2.DefaultSecurityGroup(f"{name}-default-group", vpc_id=self.vpc.id, opts=self.inside())
        zone_names = self._zone_names(excluded_zone_ids)
        self.subnets = [self._subnet(i, block, zone_names) for i, block in enumerate(blocks)]
        self.route_tables = [self._route_table(i, subnet) for i, subnet in enumerate(self.subnets)]
        self.function_group = self._group("functions", "Functions of the network")
        self._interface_group: ec2.SecurityGroup | None = None
        self.endpoints = {service: self._endpoint(service) for service in endpoints}
        self.vpc_id = self.vpc.id
        self.finish(vpc_id=self.vpc_id, subnet_ids=[subnet.id for subnet in self.subnets])

    def _zone_names(self, excluded: Sequence[str]) -> pulumi.Output[Sequence[str]]:
        # Local and Wavelength Zones have to be opted in; without the filter they are in the list. There is no filter on
        # the state: a zone that is impaired for an hour must not move the subnets.
        ordinary = aws.GetAvailabilityZonesFilterArgs(name="opt-in-status", values=["opt-in-not-required"])
        zones = aws.get_availability_zones_output(
            filters=[ordinary],
            exclude_zone_ids=sorted({*zones_without_lambda(), *excluded}),
            opts=pulumi.InvokeOutputOptions(provider=self.environment.provider),
        )
        return zones.names

    def _subnet(self, index: int, block: str, zone_names: pulumi.Output[Sequence[str]]) -> ec2.Subnet:
        return ec2.Subnet(
            f"{self.label}-subnet-{index + 1}",
            vpc_id=self.vpc.id,
            cidr_block=block,
            availability_zone=zone_names.apply(lambda there: self._zone(there, index)),
            map_public_ip_on_launch=False,
            tags=self._tags(f"private-{index + 1}"),
            opts=self.inside(),
        )

    def _zone(self, there: Sequence[str], index: int) -> str:
        if index >= len(there):
            raise ComponentError(
                f"{self.label}: zones is at least {index + 1}, {self.environment.region} has {len(there)} for it",
                fix=f"use at most {len(there)}",
            )
        return sorted(there)[index]

    def _route_table(self, index: int, subnet: ec2.Subnet) -> ec2.RouteTable:
        table = ec2.RouteTable(
            f"{self.label}-routes-{index + 1}",
            vpc_id=self.vpc.id,
            tags=self._tags(f"private-{index + 1}"),
            opts=self.inside(),
        )
        ec2.RouteTableAssociation(
            f"{self.label}-association-{index + 1}",
            subnet_id=subnet.id,
            route_table_id=table.id,
            opts=self.inside(),
        )
        return table

    def _group(self, role: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            f"{self.label}-{role}-group",
            name=self.environment.physical_name(f"{self.label}-{role}", names.SECURITY_GROUP),
            vpc_id=self.vpc.id,
            description=description,
            tags=self._tags(role),
            opts=self.inside(),
        )

    def _endpoint(self, service: str) -> Endpoint:
        gateway = service in GATEWAY_SERVICES
        interfaces = None if gateway else self._interfaces()
        endpoint = Endpoint(
            f"{self.label}-{service}",
            service=service,
            vpc_id=self.vpc.id,
            route_table_ids=[table.id for table in self.route_tables],
            subnet_ids=[subnet.id for subnet in self.subnets],
            security_group_ids=[interfaces.id] if interfaces is not None else [],
            opts=self.inside(),
        )
        if gateway:
            self._let_out(service, prefix_list_id=endpoint.endpoint.prefix_list_id)
        return endpoint

    def _interfaces(self) -> ec2.SecurityGroup:
        if self._interface_group is None:
            group = self._interface_group = self._group("interfaces", "Interface endpoints of the network")
            vpc.SecurityGroupIngressRule(
                f"{self.label}-interfaces-from-functions",
                security_group_id=group.id,
                referenced_security_group_id=self.function_group.id,
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                opts=self.inside(),
            )
            self._let_out("interfaces", group_id=group.id)
        return self._interface_group

    def _let_out(
        self, to: str, *, prefix_list_id: pulumi.Input[str] | None = None, group_id: pulumi.Input[str] | None = None
    ) -> None:
        vpc.SecurityGroupEgressRule(
            f"{self.label}-functions-to-{to}",
            security_group_id=self.function_group.id,
            prefix_list_id=prefix_list_id,
            referenced_security_group_id=group_id,
            ip_protocol="tcp",
            from_port=_HTTPS,
            to_port=_HTTPS,
            opts=self.inside(),
        )

    def _tags(self, what: str) -> dict[str, str]:
        return {"Name": self.environment.physical_name(f"{self.label}-{what}", names.SECURITY_GROUP)}

    def allow(self, caller: str, role_arn: pulumi.Input[str], statement: Statement) -> None:
        """Let a role's calls through the endpoint of the service that they go to.

        Raises:
            ComponentError: the network has no such endpoint, so the calls would end in a timeout.
        """
        for service in sorted(services_of(statement)):
            if service not in self.endpoints:
                raise ComponentError(
                    f"{caller} is in {self.label}, which has no way to {service}: its calls would time out",
                    fix=f'add "{service}" to `endpoints` of {self.label}',
                )
            self.endpoints[service].allow(role_arn, statement)
