"""Key pairs, launch templates and instances, seen through boto3, and lookups."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider.services import ec2

pytestmark = pytest.mark.e2e


def test_instance_has_its_settings_and_addresses(aws: Any) -> None:
    vpc = aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16")
    subnet = aws.create("ec2/subnet:Subnet", "sub", vpcId=vpc.id, cidrBlock="10.9.1.0/24")
    group = aws.create("ec2/securityGroup:SecurityGroup", "g", vpcId=vpc.id)
    made = aws.create(
        "ec2/instance:Instance",
        "box",
        ami="ami-0abcdef1234567890",
        instanceType="t3.small",
        subnetId=subnet.id,
        vpcSecurityGroupIds=[group.id],
        userData="#!/bin/sh",
        tags={"Name": "box"},
    )
    found = aws.client("ec2").describe_instances(InstanceIds=[made.id])["Reservations"][0]["Instances"][0]
    assert (found["InstanceType"], found["SubnetId"]) == ("t3.small", subnet.id)
    assert [g["GroupId"] for g in found["SecurityGroups"]] == [group.id]
    assert found["Tags"] == [{"Key": "Name", "Value": "box"}]
    assert made.outputs["privateIp"] == found["PrivateIpAddress"]
    assert aws.read("ec2/instance:Instance", made.id).outputs["instanceType"] == "t3.small"

    address = aws.create("ec2/eip:Eip", "ip", instance=made.id)
    assert address.outputs["associationId"].startswith("eipassoc-")
    loose = aws.update(address, domain="vpc")
    assert loose.outputs["associationId"] == ""
    link = aws.create("ec2/eipAssociation:EipAssociation", "link", allocationId=address.id, instanceId=made.id)
    for gone in (link, address, made, made):
        aws.delete(gone)


def test_launch_template_gets_a_version_for_every_change(aws: Any) -> None:
    given = {
        "imageId": "ami-0abcdef1234567890",
        "metadataOptions": {"httpTokens": "required"},
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20, "encrypted": "true"}}],
        "tagSpecifications": [{"resourceType": "instance", "tags": {"Name": "web"}}],
        "networkInterfaces": [{"associatePublicIpAddress": "true", "securityGroups": ["sg-0123456789abcdef1"]}],
    }
    made = aws.create("ec2/launchTemplate:LaunchTemplate", "web", instanceType="t3.small", **given, tags={"a": "1"})
    changed = aws.update(made, instanceType="t3.large", updateDefaultVersion=True, **given)
    assert (changed.outputs["latestVersion"], changed.outputs["defaultVersion"]) == (2, 2)
    ec2_client = aws.client("ec2")
    found = ec2_client.describe_launch_template_versions(LaunchTemplateId=made.id, Versions=["$Default"])
    data = found["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert (data["InstanceType"], data["MetadataOptions"]["HttpTokens"]) == ("t3.large", "required")
    assert data["BlockDeviceMappings"][0]["Ebs"] == {"VolumeSize": 20, "Encrypted": True}
    assert data["TagSpecifications"][0]["Tags"] == [{"Key": "Name", "Value": "web"}]
    assert data["NetworkInterfaces"][0]["Groups"] == ["sg-0123456789abcdef1"]
    same = aws.update(changed, instanceType="t3.large", updateDefaultVersion=True, **given, tags={"b": "2"})
    assert same.outputs["latestVersion"] == 2
    aws.delete(made)
    aws.delete(made)


def test_key_pair_is_named_by_its_id(aws: Any) -> None:
    made = aws.create("ec2/keyPair:KeyPair", "key", publicKey="ssh-ed25519 AAAA")
    assert made.id == made.outputs["keyName"]
    assert aws.client("ec2").describe_key_pairs(KeyNames=[made.id])["KeyPairs"]
    aws.delete(made)
    aws.delete(made)


# ---- lookups -----------------------------------------------------------------------------------------------------


@pytest.fixture
def network(aws: Any, unique: str) -> tuple[Any, Any]:
    vpc = aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16", enableDnsHostnames=True, tags={"Name": unique})
    subnets = [
        aws.create("ec2/subnet:Subnet", f"s{i}", vpcId=vpc.id, cidrBlock=f"10.9.{i}.0/24", tags={"No": str(i)})
        for i in range(2)
    ]
    return vpc, subnets


def test_networks_are_found(aws: Any, ask: Any, unique: str, network: tuple[Any, Any]) -> None:
    vpc, subnets = network
    found = ask(ec2.FUNCTIONS, "getVpc", tags={"Name": unique})
    assert (found["id"], found["cidrBlock"], found["enableDnsHostnames"]) == (vpc.id, "10.9.0.0/16", True)
    assert found["mainRouteTableId"] == vpc.outputs["mainRouteTableId"]
    assert ask(ec2.FUNCTIONS, "getVpc", default=True)["default"] is True
    by_vpc = [{"name": "vpc-id", "values": [vpc.id]}]
    assert ask(ec2.FUNCTIONS, "getSubnets", filters=by_vpc)["ids"] == [s.id for s in subnets]
    assert ask(ec2.FUNCTIONS, "getSubnet", vpcId=vpc.id, tags={"No": "1"})["id"] == subnets[1].id
    assert ask(ec2.FUNCTIONS, "getVpcs", tags={"Name": unique})["ids"] == [vpc.id]


def test_groups_tables_and_prefix_lists_are_found(aws: Any, ask: Any, network: tuple[Any, Any]) -> None:
    vpc, subnets = network
    group = ask(ec2.FUNCTIONS, "getSecurityGroup", vpcId=vpc.id, name="default")
    assert group["id"] == vpc.outputs["defaultSecurityGroupId"]
    by_vpc = [{"name": "vpc-id", "values": [vpc.id]}]
    assert ask(ec2.FUNCTIONS, "getSecurityGroups", filters=by_vpc)["ids"] == [group["id"]]
    table = aws.create("ec2/routeTable:RouteTable", "t", vpcId=vpc.id)
    aws.create("ec2/routeTableAssociation:RouteTableAssociation", "a", routeTableId=table.id, subnetId=subnets[0].id)
    found = ask(ec2.FUNCTIONS, "getRouteTable", subnetId=subnets[0].id)
    assert (found["id"], found["routes"][0]["cidrBlock"]) == (table.id, "10.9.0.0/16")
    name = f"com.amazonaws.{aws.endpoint.region}.s3"
    prefix_list = ask(ec2.FUNCTIONS, "getPrefixList", name=name)
    assert prefix_list["id"] == ask(ec2.FUNCTIONS, "getManagedPrefixList", name=name)["id"]


def test_what_is_not_there_is_refused_with_what_to_do(ask: Any) -> None:
    with pytest.raises(ResourceError, match="no VPC on the local endpoint"):
        ask(ec2.FUNCTIONS, "getVpc", tags={"Name": "nowhere"})
    with pytest.raises(ResourceError, match="more than one subnet"):
        ask(ec2.FUNCTIONS, "getSubnet", defaultForAz=True)


def test_images_are_found_or_made_up_to_fit(ask: Any) -> None:
    known = ask(
        ec2.FUNCTIONS,
        "getAmi",
        owners=["amazon"],
        mostRecent=True,
        filters=[{"name": "name", "values": ["amzn2-ami-hvm-*-x86_64-gp2"]}],
    )
    assert (known["id"], known["ownerId"]) == ("ami-0abcdef1234567890", "137112412989")
    wanted = [{"name": "name", "values": ["al2023-ami-*-arm64"]}, {"name": "architecture", "values": ["arm64"]}]
    made_up = ask(ec2.FUNCTIONS, "getAmi", owners=["amazon"], mostRecent=True, filters=wanted)
    assert (made_up["architecture"], made_up["name"]) == ("arm64", "al2023-ami-20260101-arm64")
    assert made_up["id"] == ask(ec2.FUNCTIONS, "getAmi", owners=["amazon"], mostRecent=True, filters=wanted)["id"]
