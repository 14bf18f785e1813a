"""Security groups and their rules, seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.e2e

ALL_OUT = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}


@pytest.fixture
def vpc(aws: Any) -> Any:
    return aws.create("ec2/vpc:Vpc", "net", cidrBlock="10.9.0.0/16")


def web(*cidrs: str, **more: Any) -> dict[str, Any]:
    return {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": list(cidrs), **more}


def rules(aws: Any, group: str) -> set[tuple[str, str, int, str]]:
    """Direction, protocol, port and source or target of every rule of a group."""
    found = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    seen: set[tuple[str, str, int, str]] = set()
    for direction, key in (("in", "IpPermissions"), ("out", "IpPermissionsEgress")):
        for rule in found.get(key) or []:
            ends = [r["CidrIp"] for r in rule.get("IpRanges") or []]
            ends += [r["CidrIpv6"] for r in rule.get("Ipv6Ranges") or []]
            ends += [r["GroupId"] for r in rule.get("UserIdGroupPairs") or []]
            seen |= {(direction, rule["IpProtocol"], rule.get("FromPort", -1), end) for end in ends}
    return seen


def descriptions(aws: Any, group: str) -> dict[str, str]:
    """What the rules of a group say of themselves, by source or target."""
    found = aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return {
        end.get("CidrIp") or end.get("CidrIpv6") or end["GroupId"]: end["Description"]
        for rule in [*found["IpPermissions"], *found["IpPermissionsEgress"]]
        for end in [*rule["IpRanges"], *rule["Ipv6Ranges"], *rule["UserIdGroupPairs"]]
        if "Description" in end
    }


def test_group_has_its_inline_rules(aws: Any, vpc: Any) -> None:
    group = aws.create(
        "ec2/securityGroup:SecurityGroup",
        "web",
        vpcId=vpc.id,
        description="web servers",
        ingress=[web("0.0.0.0/0", ipv6CidrBlocks=["::/0"], description="https")],
        egress=[ALL_OUT],
        tags={"Name": "web"},
    )
    assert rules(aws, group.id) == {
        ("in", "tcp", 443, "0.0.0.0/0"),
        ("in", "tcp", 443, "::/0"),
        ("out", "-1", -1, "0.0.0.0/0"),
    }
    assert descriptions(aws, group.id) == {"0.0.0.0/0": "https", "::/0": "https"}
    found = aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert (found["Description"], found["GroupName"]) == ("web servers", group.outputs["name"])
    assert found["Tags"] == [{"Key": "Name", "Value": "web"}]
    assert group.simulated == {}


def test_a_group_without_egress_lets_nothing_out(aws: Any, vpc: Any) -> None:
    group = aws.create("ec2/securityGroup:SecurityGroup", "closed", vpcId=vpc.id)
    assert rules(aws, group.id) == set()
    assert aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]["Description"] == (
        "Managed by Pulumi"
    )


def test_inline_rules_change_and_stay_when_no_longer_given(aws: Any, vpc: Any) -> None:
    group = aws.create(
        "ec2/securityGroup:SecurityGroup",
        "web",
        vpcId=vpc.id,
        ingress=[web("10.0.0.0/8"), web("10.1.0.0/16", self=True)],
    )
    changed = aws.update(group, vpcId=vpc.id, ingress=[web("10.0.0.0/8"), web("10.2.0.0/16")], egress=[ALL_OUT])
    assert rules(aws, group.id) == {
        ("in", "tcp", 443, "10.0.0.0/8"),
        ("in", "tcp", 443, "10.2.0.0/16"),
        ("out", "-1", -1, "0.0.0.0/0"),
    }
    aws.update(changed, vpcId=vpc.id, tags={"a": "1"})
    assert len(rules(aws, group.id)) == 3


def test_rules_of_their_own_come_and_go(aws: Any, vpc: Any) -> None:
    group = aws.create("ec2/securityGroup:SecurityGroup", "a", vpcId=vpc.id)
    other = aws.create("ec2/securityGroup:SecurityGroup", "b", vpcId=vpc.id)
    from_other = aws.create(
        "ec2/securityGroupRule:SecurityGroupRule",
        "in",
        type="ingress",
        securityGroupId=group.id,
        protocol="tcp",
        fromPort=5432,
        toPort=5432,
        sourceSecurityGroupId=other.id,
    )
    out = aws.create(
        "ec2/securityGroupRule:SecurityGroupRule", "out", type="egress", securityGroupId=group.id, **ALL_OUT
    )
    assert rules(aws, group.id) == {("in", "tcp", 5432, other.id), ("out", "-1", -1, "0.0.0.0/0")}
    assert from_other.outputs["securityGroupRuleId"].startswith("sgr-")
    aws.delete(from_other)
    aws.delete(from_other)
    assert rules(aws, group.id) == {("out", "-1", -1, "0.0.0.0/0")}
    aws.delete(out)
    assert rules(aws, group.id) == set()


def test_rules_with_an_id_change_in_place(aws: Any, vpc: Any) -> None:
    group = aws.create("ec2/securityGroup:SecurityGroup", "a", vpcId=vpc.id)
    given = {"securityGroupId": group.id, "ipProtocol": "tcp", "fromPort": 80, "toPort": 80}
    rule = aws.create(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "in",
        **given,
        cidrIpv4="10.0.0.0/8",
        description="first",
        tags={"a": "1"},
    )
    assert rules(aws, group.id) == {("in", "tcp", 80, "10.0.0.0/8")}
    aws.update(rule, **{**given, "fromPort": 81, "toPort": 81}, cidrIpv4="10.1.0.0/16", tags={"b": "2"})
    assert rules(aws, group.id) == {("in", "tcp", 81, "10.1.0.0/16")}
    ec2 = aws.client("ec2")
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule.id])["SecurityGroupRules"][0]
    assert found["Tags"] == [{"Key": "b", "Value": "2"}]
    out = aws.create(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "out",
        securityGroupId=group.id,
        ipProtocol="-1",
        cidrIpv4="0.0.0.0/0",
    )
    assert ("out", "-1", -1, "0.0.0.0/0") in rules(aws, group.id)
    for gone in (rule, rule, out, out):
        aws.delete(gone)
    assert rules(aws, group.id) == set()


def test_the_default_group_is_closed_and_opened(aws: Any, vpc: Any) -> None:
    made = aws.create("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId=vpc.id, tags={"a": "1"})
    assert made.id == vpc.outputs["defaultSecurityGroupId"]
    assert rules(aws, made.id) == set()
    aws.update(made, vpcId=vpc.id, ingress=[web("10.0.0.0/8")])
    assert rules(aws, made.id) == {("in", "tcp", 443, "10.0.0.0/8")}
    aws.delete(made)
    assert rules(aws, made.id) == {("in", "tcp", 443, "10.0.0.0/8")}


def test_group_outside_any_vpc_of_the_program_is_in_the_default_one(aws: Any) -> None:
    group = aws.create("ec2/securityGroup:SecurityGroup", "plain")
    found = aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert group.outputs["vpcId"] == found["VpcId"]
    assert aws.read("ec2/securityGroup:SecurityGroup", group.id).outputs["name"] == group.outputs["name"]
    aws.delete(group)
    aws.delete(group)
