"""Functions that look networks up on the endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Properties
from stackwright.provider.aws import Aws, Client
from stackwright.provider.lookups import Lookup
from stackwright.provider.services.ec2.common import arn, filtered
from stackwright.provider.services.ec2.images import get_ami


def _client(aws: Aws, args: Properties) -> Client:
    return aws.client("ec2", str(args.get("region") or ""))


def _search(args: Properties, **more: Any) -> dict[str, Any]:
    """Filters of a lookup: those given as such, the tags, and arguments that stand for a filter."""
    given = [{"Name": f["name"], "Values": list(f["values"])} for f in args.get("filters") or []]
    tags = {f"tag:{key}": [str(value)] for key, value in (args.get("tags") or {}).items()}
    words = {name.replace("_", "-"): [_word(value)] for name, value in more.items() if value is not None}
    return {"Filters": [*given, *filtered(tags), *filtered(words)]}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _only(what: str, found: list[dict[str, Any]], args: Properties) -> dict[str, Any]:
    """The one that was found.

    Raises:
        ResourceError: there is none, or more than one, as the provider has it.
    """
    if len(found) != 1:
        asked = {k: v for k, v in args.items() if v is not None}
        number = "no" if not found else "more than one"
        raise ResourceError(
            f"there is {number} {what} on the local endpoint that fits {asked}",
            fix="Create it in the program, or pass its values in as configuration; nothing of an AWS account is here.",
        )
    return found[0]


def _tags(found: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags") or []}


def _asked(args: Properties) -> dict[str, Any]:
    return {"filters": args.get("filters") or []}


def get_vpc(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html"""
    ec2 = _client(aws, args)
    search = _search(args, vpc_id=args.get("id"), cidr=args.get("cidrBlock"), is_default=args.get("default"))
    vpc = _only("VPC", ec2.describe_vpcs(**search)["Vpcs"], args)
    main = ec2.describe_route_tables(Filters=filtered({"vpc-id": [vpc["VpcId"]], "association.main": ["true"]}))[
        "RouteTables"
    ]
    return {
        "id": vpc["VpcId"],
        "arn": arn(aws, "vpc", vpc["VpcId"]),
        "cidrBlock": vpc["CidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": one["AssociationId"],
                "cidrBlock": one["CidrBlock"],
                "state": one["CidrBlockState"]["State"],
            }
            for one in vpc.get("CidrBlockAssociationSet") or []
        ],
        "default": vpc["IsDefault"],
        "dhcpOptionsId": vpc["DhcpOptionsId"],
        **_dns(ec2, vpc["VpcId"]),
        "enableNetworkAddressUsageMetrics": False,
        "instanceTenancy": vpc["InstanceTenancy"],
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociations": [],
        "mainRouteTableId": main[0]["RouteTableId"] if main else "",
        "ownerId": vpc["OwnerId"],
        "region": str(args.get("region") or aws.region),
        "state": vpc["State"],
        "tags": _tags(vpc),
        **_asked(args),
    }


def _dns(ec2: Client, vpc: str) -> dict[str, bool]:
    names = ("enableDnsHostnames", "enableDnsSupport")
    answers = {name: ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name) for name in names}
    return {name: bool(answers[name][name[:1].upper() + name[1:]]["Value"]) for name in names}


def get_vpcs(aws: Aws, args: Properties) -> dict[str, Any]:
    """Ids of all that fit."""
    found = _client(aws, args).describe_vpcs(**_search(args))["Vpcs"]
    region = str(args.get("region") or aws.region)
    ids = [vpc["VpcId"] for vpc in found]
    return {"id": region, "ids": ids, "region": region, "tags": args.get("tags") or {}, **_asked(args)}


def get_subnet(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html"""
    search = _search(
        args,
        subnet_id=args.get("id"),
        vpc_id=args.get("vpcId"),
        cidr_block=args.get("cidrBlock"),
        availability_zone=args.get("availabilityZone"),
        default_for_az=args.get("defaultForAz"),
    )
    subnet = _only("subnet", _client(aws, args).describe_subnets(**search)["Subnets"], args)
    names = subnet.get("PrivateDnsNameOptionsOnLaunch") or {}
    return {
        "id": subnet["SubnetId"],
        "arn": arn(aws, "subnet", subnet["SubnetId"]),
        "assignIpv6AddressOnCreation": False,
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "cidrBlock": subnet["CidrBlock"],
        "customerOwnedIpv4Pool": "",
        "defaultForAz": subnet["DefaultForAz"],
        "enableDns64": False,
        "enableLniAtDeviceIndex": 0,
        "enableResourceNameDnsARecordOnLaunch": bool(names.get("EnableResourceNameDnsARecord")),
        "enableResourceNameDnsAaaaRecordOnLaunch": bool(names.get("EnableResourceNameDnsAAAARecord")),
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "ipv6Native": False,
        "mapCustomerOwnedIpOnLaunch": False,
        "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        "outpostArn": "",
        "ownerId": subnet["OwnerId"],
        "privateDnsHostnameTypeOnLaunch": names.get("HostnameType", "ip-name"),
        "region": str(args.get("region") or aws.region),
        "state": subnet["State"],
        "tags": _tags(subnet),
        "vpcId": subnet["VpcId"],
        **_asked(args),
    }


def get_subnets(aws: Aws, args: Properties) -> dict[str, Any]:
    """Ids of all that fit."""
    found = _client(aws, args).describe_subnets(**_search(args))["Subnets"]
    region = str(args.get("region") or aws.region)
    ids = [subnet["SubnetId"] for subnet in found]
    return {"id": region, "ids": ids, "region": region, "tags": args.get("tags") or {}, **_asked(args)}


def get_security_group(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html"""
    search = _search(args, vpc_id=args.get("vpcId"), group_name=args.get("name"))
    if args.get("id"):
        search["GroupIds"] = [args["id"]]
    group = _only("security group", _client(aws, args).describe_security_groups(**search)["SecurityGroups"], args)
    return {
        "id": group["GroupId"],
        "arn": arn(aws, "security-group", group["GroupId"]),
        "description": group["Description"],
        "name": group["GroupName"],
        "region": str(args.get("region") or aws.region),
        "tags": _tags(group),
        "vpcId": group["VpcId"],
        **_asked(args),
    }


def get_security_groups(aws: Aws, args: Properties) -> dict[str, Any]:
    """Ids of all that fit."""
    found = _client(aws, args).describe_security_groups(**_search(args))["SecurityGroups"]
    region = str(args.get("region") or aws.region)
    return {
        "id": region,
        "ids": [group["GroupId"] for group in found],
        "arns": [arn(aws, "security-group", group["GroupId"]) for group in found],
        "vpcIds": [group["VpcId"] for group in found],
        "region": region,
        "tags": args.get("tags") or {},
        **_asked(args),
    }


def get_route_table(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html"""
    search = _search(args, vpc_id=args.get("vpcId"), **{"association.subnet-id": args.get("subnetId")})
    if args.get("routeTableId"):
        search["RouteTableIds"] = [args["routeTableId"]]
    table = _only("route table", _client(aws, args).describe_route_tables(**search)["RouteTables"], args)
    return {
        "id": table["RouteTableId"],
        "routeTableId": table["RouteTableId"],
        "arn": arn(aws, "route-table", table["RouteTableId"]),
        "associations": [_association(one) for one in table.get("Associations") or []],
        "gatewayId": args.get("gatewayId") or "",
        "ownerId": table["OwnerId"],
        "region": str(args.get("region") or aws.region),
        "routes": [_route(one) for one in table.get("Routes") or []],
        "subnetId": args.get("subnetId") or "",
        "tags": _tags(table),
        "vpcId": table["VpcId"],
        **_asked(args),
    }


def _association(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "gatewayId": found.get("GatewayId", ""),
        "main": bool(found.get("Main")),
        "routeTableAssociationId": found["RouteTableAssociationId"],
        "routeTableId": found["RouteTableId"],
        "subnetId": found.get("SubnetId", ""),
    }


def _route(found: Mapping[str, Any]) -> dict[str, str]:
    keys = {
        "cidrBlock": "DestinationCidrBlock",
        "ipv6CidrBlock": "DestinationIpv6CidrBlock",
        "destinationPrefixListId": "DestinationPrefixListId",
        "carrierGatewayId": "CarrierGatewayId",
        "coreNetworkArn": "CoreNetworkArn",
        "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
        "gatewayId": "GatewayId",
        "instanceId": "InstanceId",
        "localGatewayId": "LocalGatewayId",
        "natGatewayId": "NatGatewayId",
        "networkInterfaceId": "NetworkInterfaceId",
        "odbNetworkArn": "OdbNetworkArn",
        "transitGatewayId": "TransitGatewayId",
        "vpcEndpointId": "VpcEndpointId",
        "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    }
    return {ours: str(found.get(theirs, "")) for ours, theirs in keys.items()}


def get_prefix_list(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html"""
    search = _search(args, prefix_list_name=args.get("name"), prefix_list_id=args.get("prefixListId"))
    found = _only("prefix list", _client(aws, args).describe_prefix_lists(**search)["PrefixLists"], args)
    return {
        "id": found["PrefixListId"],
        "prefixListId": found["PrefixListId"],
        "name": found["PrefixListName"],
        "cidrBlocks": list(found.get("Cidrs") or []),
        "region": str(args.get("region") or aws.region),
        **_asked(args),
    }


def get_managed_prefix_list(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html"""
    ec2 = _client(aws, args)
    search = _search(args, prefix_list_name=args.get("name"), prefix_list_id=args.get("id"))
    found = _only("managed prefix list", ec2.describe_managed_prefix_lists(**search)["PrefixLists"], args)
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=found["PrefixListId"])["Entries"]
    return {
        "id": found["PrefixListId"],
        "arn": found["PrefixListArn"],
        "name": found["PrefixListName"],
        "addressFamily": found["AddressFamily"],
        "entries": [{"cidr": one["Cidr"], "description": one.get("Description", "")} for one in entries],
        "maxEntries": found.get("MaxEntries", 0),
        "ownerId": found["OwnerId"],
        "region": str(args.get("region") or aws.region),
        "tags": _tags(found),
        "version": found.get("Version", 1),
        **_asked(args),
    }


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:ec2/getAmi:getAmi": get_ami,
    "aws:ec2/getVpc:getVpc": get_vpc,
    "aws:ec2/getVpcs:getVpcs": get_vpcs,
    "aws:ec2/getSubnet:getSubnet": get_subnet,
    "aws:ec2/getSubnets:getSubnets": get_subnets,
    "aws:ec2/getSecurityGroup:getSecurityGroup": get_security_group,
    "aws:ec2/getSecurityGroups:getSecurityGroups": get_security_groups,
    "aws:ec2/getRouteTable:getRouteTable": get_route_table,
    "aws:ec2/getPrefixList:getPrefixList": get_prefix_list,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": get_managed_prefix_list,
}
