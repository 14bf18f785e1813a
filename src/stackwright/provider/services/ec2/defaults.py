"""The VPC, the subnets and the route table that an account has from the start. A program takes them over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import first, tag_list
from stackwright.provider.services.ec2.common import filtered, owned, retag
from stackwright.provider.services.ec2.routes import set_routes
from stackwright.provider.services.ec2.vpcs import own_defaults


class _Adopted(Provisioner):
    """Something that exists already and stays when the program lets go of it."""

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        """The program lets go of it."""


def _tag(aws: Aws, new: Inputs, resource: str) -> None:
    tags = aws.tags(new.get("tags"))
    if tags:
        aws.client("ec2").create_tags(Resources=[resource], Tags=tag_list(tags))


class DefaultVpc(_Adopted):
    type = "ec2/defaultVpc:DefaultVpc"

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        existing = ec2.describe_vpcs(Filters=filtered({"is-default": ["true"]}))["Vpcs"]
        # https://docs.aws.amazon.com/vpc/latest/userguide/work-with-default-vpc.html#create-default-vpc
        found = existing[0] if existing else ec2.create_default_vpc()["Vpc"]
        vpc = found["VpcId"]
        _tag(aws, new, vpc)
        return Created(
            vpc,
            {
                **owned(aws, "vpc", vpc),
                **own_defaults(ec2, vpc),
                "cidrBlock": found["CidrBlock"],
                "instanceTenancy": found["InstanceTenancy"],
                "dhcpOptionsId": found["DhcpOptionsId"],
                "existingDefaultVpc": bool(existing),
            },
        )


class DefaultSubnet(_Adopted):
    type = "ec2/defaultSubnet:DefaultSubnet"
    replace_on = frozenset({"availabilityZone"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        zone = new["availabilityZone"]
        filters = filtered({"availability-zone": [zone], "default-for-az": ["true"]})
        found = aws.client("ec2").describe_subnets(Filters=filters)["Subnets"]
        if not found:
            raise ResourceError(
                f"there is no default subnet in the zone {zone}", fix="The emulator has one in the first three zones."
            )
        subnet = found[0]["SubnetId"]
        _tag(aws, new, subnet)
        return Created(
            subnet,
            {
                **owned(aws, "subnet", subnet),
                "availabilityZoneId": found[0]["AvailabilityZoneId"],
                "cidrBlock": found[0]["CidrBlock"],
                "vpcId": found[0]["VpcId"],
                "existingDefaultSubnet": True,
            },
        )


class DefaultRouteTable(_Adopted):
    type = "ec2/defaultRouteTable:DefaultRouteTable"
    replace_on = frozenset({"defaultRouteTableId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2, table = aws.client("ec2"), new["defaultRouteTableId"]
        found = first(ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"], f"route table {table}")
        for route in found["Routes"]:
            if route.get("GatewayId") != "local":
                ec2.delete_route(RouteTableId=table, DestinationCidrBlock=route["DestinationCidrBlock"])
        set_routes(ec2, table, new, [])
        _tag(aws, new, table)
        return Created(table, {**owned(aws, "route-table", table), "vpcId": found["VpcId"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        set_routes(aws.client("ec2"), id_of(old), new, old.inputs.get("routes") or [])
        return super().update(aws, new, old)


PROVISIONERS = (DefaultVpc, DefaultSubnet, DefaultRouteTable)
