"""Networks, seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.errors import ResourceError

pytestmark = pytest.mark.e2e


@pytest.fixture
def vpc(aws: Any) -> Any:
    return aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16")


@pytest.fixture
def subnet(aws: Any, vpc: Any) -> Any:
    return aws.create("ec2/subnet:Subnet", "sub", vpcId=vpc.id, cidrBlock="10.9.1.0/24")


@pytest.fixture
def table(aws: Any, vpc: Any) -> Any:
    return aws.create("ec2/routeTable:RouteTable", "table", vpcId=vpc.id)


@pytest.fixture
def gateway(aws: Any, vpc: Any) -> Any:
    return aws.create("ec2/internetGateway:InternetGateway", "gateway", vpcId=vpc.id)


def tags(aws: Any, resource: str) -> dict[str, str]:
    found = aws.client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [resource]}])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def routes(aws: Any, table: str) -> dict[str, str]:
    found = aws.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    keys = ("GatewayId", "NatGatewayId", "VpcPeeringConnectionId")
    return {r["DestinationCidrBlock"]: next(r[k] for k in keys if r.get(k)) for r in found}


# ---- VPC and subnets ---------------------------------------------------------------------------------------------


def test_vpc_names_what_aws_makes_with_it(aws: Any) -> None:
    vpc = aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16", enableDnsHostnames=True, tags={"Name": "net"})
    ec2 = aws.client("ec2")
    assert tags(aws, vpc.id) == {"Name": "net"}
    found = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute="enableDnsHostnames")
    assert found["EnableDnsHostnames"]["Value"] is True
    group = ec2.describe_security_groups(GroupIds=[vpc.outputs["defaultSecurityGroupId"]])["SecurityGroups"][0]
    assert (group["VpcId"], group["GroupName"]) == (vpc.id, "default")
    acl = ec2.describe_network_acls(NetworkAclIds=[vpc.outputs["defaultNetworkAclId"]])["NetworkAcls"][0]
    assert (acl["VpcId"], acl["IsDefault"]) == (vpc.id, True)
    table = ec2.describe_route_tables(RouteTableIds=[vpc.outputs["mainRouteTableId"]])["RouteTables"][0]
    assert table["VpcId"] == vpc.id
    assert vpc.outputs["arn"] == f"arn:aws:ec2:{aws.endpoint.region}:{aws.endpoint.account}:vpc/{vpc.id}"
    assert vpc.simulated == {}


def test_vpc_changes_in_place_and_is_deleted_twice(aws: Any) -> None:
    vpc = aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16", enableDnsHostnames=True, tags={"a": "1", "b": "2"})
    aws.update(vpc, cidrBlock="10.9.0.0/16", enableDnsHostnames=False, tags={"a": "3"})
    ec2 = aws.client("ec2")
    found = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute="enableDnsHostnames")
    assert found["EnableDnsHostnames"]["Value"] is False
    assert tags(aws, vpc.id) == {"a": "3"}
    assert aws.read("ec2/vpc:Vpc", vpc.id).outputs["cidrBlock"] == "10.9.0.0/16"
    aws.delete(vpc)
    aws.delete(vpc)
    assert vpc.id not in [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]]


def test_subnet_lies_in_its_zone(aws: Any, vpc: Any) -> None:
    made = aws.create(
        "ec2/subnet:Subnet",
        "sub",
        vpcId=vpc.id,
        cidrBlock="10.9.2.0/24",
        availabilityZone=f"{aws.endpoint.region}b",
        mapPublicIpOnLaunch=True,
        tags={"Name": "public"},
    )
    found = aws.client("ec2").describe_subnets(SubnetIds=[made.id])["Subnets"][0]
    assert (found["AvailabilityZone"], found["MapPublicIpOnLaunch"]) == (f"{aws.endpoint.region}b", True)
    assert made.outputs["availabilityZoneId"] == found["AvailabilityZoneId"]
    zone = {"vpcId": vpc.id, "cidrBlock": "10.9.2.0/24", "availabilityZone": f"{aws.endpoint.region}b"}
    aws.update(made, **zone)
    found = aws.client("ec2").describe_subnets(SubnetIds=[made.id])["Subnets"][0]
    assert found["MapPublicIpOnLaunch"] is False
    assert tags(aws, made.id) == {}
    assert aws.read("ec2/subnet:Subnet", made.id).outputs["vpcId"] == vpc.id
    aws.delete(made)
    aws.delete(made)


def test_the_default_network_is_taken_over_and_left(aws: Any) -> None:
    vpc = aws.create("ec2/defaultVpc:DefaultVpc", "default", tags={"Name": "default"})
    zone = f"{aws.endpoint.region}a"
    subnet = aws.create("ec2/defaultSubnet:DefaultSubnet", "a", availabilityZone=zone)
    assert subnet.outputs["vpcId"] == vpc.id
    aws.delete(subnet)
    aws.delete(vpc)
    assert aws.client("ec2").describe_subnets(SubnetIds=[subnet.id])["Subnets"]
    with pytest.raises(Exception, match="no default subnet"):
        aws.create("ec2/defaultSubnet:DefaultSubnet", "z", availabilityZone=f"{aws.endpoint.region}z")


def test_a_default_network_that_was_deleted_is_named_and_made_again(aws: Any) -> None:
    # A region of its own: other tests use the default network.
    aws.config = {"region": "sa-east-1"}
    ec2 = aws.endpoint.client("ec2", "sa-east-1")
    (vpc,) = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"]]
    for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for one in ec2.describe_internet_gateways()["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=one["InternetGatewayId"], VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    for kind in ("defaultSecurityGroup:DefaultSecurityGroup", "securityGroup:SecurityGroup"):
        with pytest.raises(ResourceError, match="no default VPC on the local endpoint"):
            aws.create(f"ec2/{kind}", "default")
    assert ec2.describe_security_groups()["SecurityGroups"] == []
    made = aws.create("ec2/defaultVpc:DefaultVpc", "default")
    assert made.outputs["existingDefaultVpc"] is False
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"]] == [made.id]
    assert aws.create("ec2/securityGroup:SecurityGroup", "in-it").outputs["vpcId"] == made.id


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("defaultNetworkAcl:DefaultNetworkAcl", {"defaultNetworkAclId": "acl-00000000000000000"}),
        ("defaultRouteTable:DefaultRouteTable", {"defaultRouteTableId": "rtb-00000000000000000"}),
        (
            "mainRouteTableAssociation:MainRouteTableAssociation",
            {"vpcId": "vpc-00000000000000000", "routeTableId": "rtb-00000000000000000"},
        ),
        ("defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": "vpc-00000000000000000"}),
    ],
)
def test_a_part_of_a_network_that_is_missing_is_named(aws: Any, kind: str, given: dict[str, str]) -> None:
    with pytest.raises(ResourceError, match="-0000"):
        aws.create(f"ec2/{kind}", "missing", **given)


def test_dhcp_options_belong_to_a_vpc(aws: Any, vpc: Any) -> None:
    made = aws.create("ec2/vpcDhcpOptions:VpcDhcpOptions", "dhcp", domainName="example.org", ntpServers=["127.0.0.1"])
    link = aws.create(
        "ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", "link", vpcId=vpc.id, dhcpOptionsId=made.id
    )
    assert link.id == f"{made.id}-{vpc.id}"
    assert aws.client("ec2").describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]["DhcpOptionsId"] == made.id
    for gone in (link, made, made):
        aws.delete(gone)


# ---- ways out ----------------------------------------------------------------------------------------------------


def test_routes_lead_to_the_gateways(aws: Any, vpc: Any, subnet: Any, gateway: Any, table: Any) -> None:
    address = aws.create("ec2/eip:Eip", "ip", domain="vpc", tags={"Name": "nat"})
    nat = aws.create("ec2/natGateway:NatGateway", "nat", subnetId=subnet.id, allocationId=address.id)
    assert nat.outputs["publicIp"] == address.outputs["publicIp"]
    assert address.outputs["publicDns"].startswith(f"ec2-{address.outputs['publicIp'].replace('.', '-')}.")
    route = aws.create(
        "ec2/route:Route", "out", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id
    )
    assert route.id == f"r-{table.id}1080289494"
    assert routes(aws, table.id)["0.0.0.0/0"] == gateway.id
    aws.update(route, routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", natGatewayId=nat.id)
    assert routes(aws, table.id)["0.0.0.0/0"] == nat.id
    aws.delete(route)
    aws.delete(route)
    assert list(routes(aws, table.id)) == ["10.9.0.0/16"]
    for gone in (nat, nat, address, address, gateway, gateway, table, table):
        aws.delete(gone)


def test_inline_routes_are_made_and_changed(aws: Any, vpc: Any, gateway: Any) -> None:
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    made = aws.create("ec2/routeTable:RouteTable", "table", vpcId=vpc.id, routes=[out], tags={"a": "1"})
    assert routes(aws, made.id)["0.0.0.0/0"] == gateway.id
    other = {"cidrBlock": "10.0.0.0/8", "gatewayId": gateway.id}
    aws.update(made, vpcId=vpc.id, routes=[other])
    assert sorted(routes(aws, made.id)) == ["10.0.0.0/8", "10.9.0.0/16"]
    assert tags(aws, made.id) == {}
    assert aws.read("ec2/routeTable:RouteTable", made.id).outputs["vpcId"] == vpc.id


def test_a_route_that_the_emulator_cannot_keep_is_listed(aws: Any, table: Any, gateway: Any) -> None:
    v6 = aws.create(
        "ec2/route:Route", "six", routeTableId=table.id, destinationIpv6CidrBlock="::/0", gatewayId=gateway.id
    )
    assert list(v6.simulated) == ["destinationIpv6CidrBlock"]
    assert list(routes(aws, table.id)) == ["10.9.0.0/16"]
    aws.delete(v6)


def test_subnets_follow_a_table(aws: Any, vpc: Any, subnet: Any, table: Any) -> None:
    made = aws.create("ec2/routeTableAssociation:RouteTableAssociation", "a", routeTableId=table.id, subnetId=subnet.id)
    found = aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"][0]["Associations"]
    assert [(a["RouteTableAssociationId"], a["SubnetId"]) for a in found] == [(made.id, subnet.id)]
    aws.delete(made)
    aws.delete(made)
    assert not aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"][0]["Associations"]


def test_the_main_table_is_given_back(aws: Any, vpc: Any, table: Any) -> None:
    made = aws.create(
        "ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", vpcId=vpc.id, routeTableId=table.id
    )
    assert made.outputs["originalRouteTableId"] == vpc.outputs["mainRouteTableId"]
    assert aws.read("ec2/vpc:Vpc", vpc.id).outputs["mainRouteTableId"] == table.id
    aws.delete(made)
    assert aws.read("ec2/vpc:Vpc", vpc.id).outputs["mainRouteTableId"] == vpc.outputs["mainRouteTableId"]


def test_the_default_table_is_taken_over(aws: Any, vpc: Any, gateway: Any) -> None:
    table = vpc.outputs["defaultRouteTableId"]
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    made = aws.create("ec2/defaultRouteTable:DefaultRouteTable", "t", defaultRouteTableId=table, routes=[out])
    assert routes(aws, table)["0.0.0.0/0"] == gateway.id
    aws.update(made, defaultRouteTableId=table, routes=[])
    assert list(routes(aws, table)) == ["10.9.0.0/16"]
    aws.delete(made)


def test_an_internet_gateway_moves_to_another_vpc(aws: Any, gateway: Any) -> None:
    other = aws.create("ec2/vpc:Vpc", "other", cidrBlock="10.8.0.0/16")
    aws.update(gateway, vpcId=other.id, tags={"a": "1"})
    found = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway.id])["InternetGateways"][0]
    assert [a["VpcId"] for a in found["Attachments"]] == [other.id]
    assert tags(aws, gateway.id) == {"a": "1"}
    aws.delete(gateway)
    aws.delete(other)


def test_an_internet_gateway_is_detached_before_it_goes(aws: Any, gateway: Any, counted: Any) -> None:
    with counted("ec2") as calls:
        aws.delete(gateway)
    assert calls == ["DetachInternetGateway", "DeleteInternetGateway"]


def test_attachment_and_egress_only_gateway(aws: Any, vpc: Any) -> None:
    bare = aws.create("ec2/internetGateway:InternetGateway", "bare")
    link = aws.create(
        "ec2/internetGatewayAttachment:InternetGatewayAttachment", "l", internetGatewayId=bare.id, vpcId=vpc.id
    )
    found = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[bare.id])["InternetGateways"][0]
    assert [a["VpcId"] for a in found["Attachments"]] == [vpc.id]
    six = aws.create("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "six", vpcId=vpc.id, tags={"a": "1"})
    assert tags(aws, six.id) == {"a": "1"}
    for gone in (link, link, bare, six, six):
        aws.delete(gone)


# ---- network ACLs ------------------------------------------------------------------------------------------------


def entries(aws: Any, acl: str) -> list[tuple[int, str, str, bool]]:
    found = aws.client("ec2").describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    return sorted((e["RuleNumber"], e["RuleAction"], e["Protocol"], e["Egress"]) for e in found)


def test_acl_has_its_entries(aws: Any, vpc: Any, subnet: Any) -> None:
    web = {
        "ruleNo": 100,
        "action": "allow",
        "protocol": "tcp",
        "cidrBlock": "0.0.0.0/0",
        "fromPort": 443,
        "toPort": 443,
    }
    acl = aws.create("ec2/networkAcl:NetworkAcl", "acl", vpcId=vpc.id, ingress=[web], subnetIds=[subnet.id])
    assert entries(aws, acl.id) == [(100, "allow", "6", False)]
    assert list(acl.simulated) == ["subnetIds"]
    aws.update(acl, vpcId=vpc.id, ingress=[{**web, "action": "deny"}], tags={"a": "1"})
    assert entries(aws, acl.id) == [(100, "deny", "6", False)]
    rule = aws.create(
        "ec2/networkAclRule:NetworkAclRule",
        "out",
        networkAclId=acl.id,
        ruleNumber=200,
        egress=True,
        protocol="-1",
        ruleAction="allow",
        cidrBlock="0.0.0.0/0",
    )
    assert (200, "allow", "-1", True) in entries(aws, acl.id)
    for gone in (rule, rule, acl, acl):
        aws.delete(gone)


def test_the_default_acl_is_emptied_and_filled(aws: Any, vpc: Any) -> None:
    acl = vpc.outputs["defaultNetworkAclId"]
    rule = {"ruleNo": 10, "action": "deny", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}
    made = aws.create("ec2/defaultNetworkAcl:DefaultNetworkAcl", "d", defaultNetworkAclId=acl, ingress=[rule])
    assert [e[0] for e in entries(aws, acl)] == [10, 32767, 32767]
    aws.delete(made)
    assert [e[0] for e in entries(aws, acl)] == [10, 32767, 32767]


# ---- endpoints, peering, flow logs -------------------------------------------------------------------------------


def test_gateway_endpoint_and_its_associations(aws: Any, vpc: Any, table: Any) -> None:
    region = aws.endpoint.region
    made = aws.create(
        "ec2/vpcEndpoint:VpcEndpoint",
        "s3",
        vpcId=vpc.id,
        serviceName=f"com.amazonaws.{region}.s3",
        policy="{}",
        tags={"a": "1"},
    )
    assert made.outputs["prefixListId"].startswith("pl-")
    assert list(made.simulated) == ["policy"]
    link = aws.create(
        "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "link",
        vpcEndpointId=made.id,
        routeTableId=table.id,
    )
    ec2 = aws.client("ec2")
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[made.id])["VpcEndpoints"][0]
    assert (found["RouteTableIds"], found["ServiceName"]) == ([table.id], f"com.amazonaws.{region}.s3")
    aws.delete(link)
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[made.id])["VpcEndpoints"][0]["RouteTableIds"] == []
    aws.update(made, vpcId=vpc.id, serviceName=f"com.amazonaws.{region}.s3", routeTableIds=[table.id])
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[made.id])["VpcEndpoints"][0]["RouteTableIds"] == [table.id]
    assert tags(aws, made.id) == {}
    for gone in (made, made):
        aws.delete(gone)


def test_interface_endpoint_has_a_name(aws: Any, vpc: Any, subnet: Any) -> None:
    made = aws.create(
        "ec2/vpcEndpoint:VpcEndpoint",
        "sqs",
        vpcId=vpc.id,
        serviceName=f"com.amazonaws.{aws.endpoint.region}.sqs",
        vpcEndpointType="Interface",
    )
    assert made.outputs["dnsEntries"][0]["dnsName"].startswith(made.id)
    link = aws.create(
        "ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        "l",
        vpcEndpointId=made.id,
        subnetId=subnet.id,
    )
    found = aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[made.id])["VpcEndpoints"][0]
    assert found["SubnetIds"] == [subnet.id]
    aws.delete(link)


def test_peering_is_accepted_by_either_side(aws: Any, vpc: Any) -> None:
    other = aws.create("ec2/vpc:Vpc", "other", cidrBlock="10.7.0.0/16")
    at_once = aws.create(
        "ec2/vpcPeeringConnection:VpcPeeringConnection", "one", vpcId=vpc.id, peerVpcId=other.id, autoAccept=True
    )
    assert at_once.outputs["acceptStatus"] == "active"
    later = aws.create("ec2/vpcPeeringConnection:VpcPeeringConnection", "two", vpcId=vpc.id, peerVpcId=other.id)
    assert later.outputs["acceptStatus"] == "pending-acceptance"
    side = aws.create(
        "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        "side",
        vpcPeeringConnectionId=later.id,
        autoAccept=True,
    )
    assert (side.id, side.outputs["acceptStatus"], side.outputs["vpcId"]) == (later.id, "active", other.id)
    for gone in (side, later, at_once, at_once):
        aws.delete(gone)


def test_flow_log(aws: Any, vpc: Any) -> None:
    given = {
        "vpcId": vpc.id,
        "trafficType": "REJECT",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::logs",
    }
    made = aws.create("ec2/flowLog:FlowLog", "log", **given, tags={"a": "1"})
    found = aws.client("ec2").describe_flow_logs(FlowLogIds=[made.id])["FlowLogs"][0]
    assert (found["ResourceId"], found["TrafficType"], found["LogDestination"]) == (
        vpc.id,
        "REJECT",
        "arn:aws:s3:::logs",
    )
    assert tags(aws, made.id) == {"a": "1"}
    aws.update(made, **given, tags={"b": "2"})
    assert tags(aws, made.id) == {"b": "2"}
    aws.delete(made)
    aws.delete(made)


def test_prefix_list_and_its_entries(aws: Any) -> None:
    given = {"name": "offices", "addressFamily": "IPv4", "maxEntries": 5}
    made = aws.create("ec2/managedPrefixList:ManagedPrefixList", "p", **given, entries=[{"cidr": "10.0.0.0/8"}])
    entry = aws.create(
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry", "e", prefixListId=made.id, cidr="10.1.0.0/16"
    )
    assert entry.id == f"{made.id},10.1.0.0/16"

    def cidrs() -> list[str]:
        found = aws.client("ec2").get_managed_prefix_list_entries(PrefixListId=made.id)["Entries"]
        return sorted(one["Cidr"] for one in found)

    assert cidrs() == ["10.0.0.0/8", "10.1.0.0/16"]
    aws.delete(entry)
    changed = aws.update(made, **given, entries=[{"cidr": "10.2.0.0/16", "description": "b"}], tags={"a": "1"})
    assert cidrs() == ["10.2.0.0/16"]
    assert changed.outputs["version"] > made.outputs["version"]
    assert tags(aws, made.id) == {"a": "1"}
    aws.delete(made)
    aws.delete(made)
