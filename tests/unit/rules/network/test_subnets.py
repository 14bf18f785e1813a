"""Ranges, routes and lock-outs: what is fine."""

from __future__ import annotations

import pytest

_NETWORK = """\
vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
aws.ec2.VpcIpv4CidrBlockAssociation("more", vpc_id=vpc.id, cidr_block="10.9.0.0/16")
other = aws.ec2.Vpc("other", cidr_block="10.2.0.0/16")
aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.2.0.0/24")
aws.ec2.Subnet("b", vpc_id=vpc.id, cidr_block="10.9.0.0/24")
aws.ec2.Subnet("c", vpc_id=other.id, cidr_block="10.2.0.0/24")
aws.ec2.Subnet("d", vpc_id="vpc-0123456789abcdef0", cidr_block="10.50.0.0/24")
"""
_DENY = """\
coins = aws.dynamodb.Table(
    "coins", billing_mode="PAY_PER_REQUEST", hash_key="coin", attributes=[{"name": "coin", "type": "S"}]
)
deny = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": coins.arn}
deny["Condition"] = {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}
document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]})
aws.dynamodb.ResourcePolicy("coins", resource_arn=coins.arn, policy=document)
"""


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("", "", 0),
        ('"10.9.0.0/24"', '"10.10.0.0/24"', 1),
        ('"10.9.0.0/24"', '"10.2.0.128/25"', 1),
        ('"10.9.0.0/24"', '"10.2.1.0/24"', 0),
    ],
)
def test_a_subnet_has_a_range_of_its_vpc_for_itself(programs, old, new, count):
    assert len(programs.check(_NETWORK.replace(old, new), "NET105").findings) == count


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("", "", 1),
        ('"dynamodb:*"', '["dynamodb:GetItem", "dynamodb:PutItem"]', 0),
        ('{"StringNotEquals"', '{"ArnNotLike": {"aws:PrincipalArn": "*:role/deploy"}, "StringNotEquals"', 0),
        ('"Principal": "*"', '"Principal": {"AWS": "arn:aws:iam::123456789012:role/app"}', 0),
    ],
)
def test_who_deploys_is_not_locked_out(programs, old, new, count):
    assert len(programs.check(_DENY.replace(old, new), "NET106").findings) == count
