"""VPCs, subnets and DHCP options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._shapes import first, present
from stackwright.provider.services.ec2.common import filtered, owned, retag, tagged, unless_gone


class Vpc(Provisioner):
    type = "ec2/vpc:Vpc"
    replace_on = frozenset({"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "instanceTenancy"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        given = present(CidrBlock=new.get("cidrBlock"), InstanceTenancy=new.get("instanceTenancy"))
        made = ec2.create_vpc(**given, **tagged(aws, new, "vpc"))["Vpc"]
        vpc = made["VpcId"]
        _set_dns(ec2, vpc, new, {"enableDnsSupport": True, "enableDnsHostnames": False})
        return Created(vpc, {**_described(made), **owned(aws, "vpc", vpc), **own_defaults(ec2, vpc)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _set_dns(aws.client("ec2"), id_of(old), new, old.outputs)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_vpc(VpcId=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        ec2, vpc = aws.client("ec2"), id_of(wanted)
        found = only(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"], wanted)
        return Created(outputs={**_described(found), **owned(aws, "vpc", vpc), **own_defaults(ec2, vpc)})


def _described(vpc: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cidrBlock": vpc["CidrBlock"],
        "instanceTenancy": vpc["InstanceTenancy"],
        "dhcpOptionsId": vpc["DhcpOptionsId"],
    }


def own_defaults(ec2: Any, vpc: str) -> dict[str, str]:
    """What AWS makes together with a VPC; CreateVpc does not name it."""
    filters = filtered({"vpc-id": [vpc]})
    groups = ec2.describe_security_groups(Filters=[*filters, *filtered({"group-name": ["default"]})])
    acls = ec2.describe_network_acls(Filters=[*filters, *filtered({"default": ["true"]})])
    tables = ec2.describe_route_tables(Filters=[*filters, *filtered({"association.main": ["true"]})])
    table = first(tables["RouteTables"], f"main route table of {vpc}")["RouteTableId"]
    return {
        "defaultSecurityGroupId": first(groups["SecurityGroups"], f"default security group of {vpc}")["GroupId"],
        "defaultNetworkAclId": first(acls["NetworkAcls"], f"default network ACL of {vpc}")["NetworkAclId"],
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
    }


def _set_dns(ec2: Any, vpc: str, new: Inputs, before: Mapping[str, Any]) -> None:
    for key, attribute in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        wanted = bool(new.get(key, new.outputs.get(key)))
        if wanted != bool(before.get(key)):
            ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": wanted}})


class Subnet(Provisioner):
    type = "ec2/subnet:Subnet"
    replace_on = frozenset(
        {"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn", "ipv4IpamPoolId"}
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        made = ec2.create_subnet(
            VpcId=new["vpcId"],
            **present(
                CidrBlock=new.get("cidrBlock"),
                AvailabilityZone=new.get("availabilityZone"),
                AvailabilityZoneId=new.get("availabilityZoneId"),
            ),
            **tagged(aws, new, "subnet"),
        )["Subnet"]
        _set_attributes(ec2, made["SubnetId"], new, {})
        return Created(made["SubnetId"], {**_zone(made), **owned(aws, "subnet", made["SubnetId"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _set_attributes(aws.client("ec2"), id_of(old), new, old.inputs)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_subnet(SubnetId=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = only(aws.client("ec2").describe_subnets(SubnetIds=[id_of(wanted)])["Subnets"], wanted)
        return Created(
            outputs={
                **_zone(found),
                **owned(aws, "subnet", found["SubnetId"]),
                "vpcId": found["VpcId"],
                "cidrBlock": found["CidrBlock"],
                "mapPublicIpOnLaunch": found["MapPublicIpOnLaunch"],
            }
        )


def _zone(subnet: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "cidrBlock": subnet["CidrBlock"],
    }


# Input -> parameter of ModifySubnetAttribute, which takes one at a time.
_SUBNET_FLAGS = {
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
    "enableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecordOnLaunch",
    "enableResourceNameDnsAaaaRecordOnLaunch": "EnableResourceNameDnsAAAARecordOnLaunch",
}


def _set_attributes(ec2: Any, subnet: str, new: Inputs, before: Mapping[str, Any]) -> None:
    for key, parameter in _SUBNET_FLAGS.items():
        wanted = bool(new.get(key))
        if wanted != bool(before.get(key)):
            ec2.modify_subnet_attribute(SubnetId=subnet, **{parameter: {"Value": wanted}})
    hostnames = new.get("privateDnsHostnameTypeOnLaunch")
    if hostnames and hostnames != before.get("privateDnsHostnameTypeOnLaunch"):
        ec2.modify_subnet_attribute(SubnetId=subnet, PrivateDnsHostnameTypeOnLaunch=hostnames)


_DHCP = {
    "domainName": "domain-name",
    "domainNameServers": "domain-name-servers",
    "ntpServers": "ntp-servers",
    "netbiosNameServers": "netbios-name-servers",
    "netbiosNodeType": "netbios-node-type",
}


class DhcpOptions(Provisioner):
    type = "ec2/vpcDhcpOptions:VpcDhcpOptions"
    replace_on = frozenset(_DHCP)

    def create(self, aws: Aws, new: Inputs) -> Created:
        given = {theirs: new.get(ours) for ours, theirs in _DHCP.items()}
        made = aws.client("ec2").create_dhcp_options(
            DhcpConfigurations=[
                {"Key": key, "Values": value if isinstance(value, list) else [value]}
                for key, value in given.items()
                if value
            ],
            **tagged(aws, new, "dhcp-options"),
        )["DhcpOptions"]["DhcpOptionsId"]
        return Created(made, owned(aws, "dhcp-options", made))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_dhcp_options(DhcpOptionsId=id_of(old)))


class DhcpOptionsAssociation(Provisioner):
    type = "ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
    replace_on = frozenset({"vpcId", "dhcpOptionsId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("ec2").associate_dhcp_options(VpcId=new["vpcId"], DhcpOptionsId=new["dhcpOptionsId"])
        return Created(f"{new['dhcpOptionsId']}-{new['vpcId']}")

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, vpc = aws.client("ec2"), old.inputs["vpcId"]
        unless_gone(lambda: ec2.associate_dhcp_options(VpcId=vpc, DhcpOptionsId="default"))


PROVISIONERS = (Vpc, Subnet, DhcpOptions, DhcpOptionsAssociation)
