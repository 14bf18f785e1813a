"""Endpoints in other forms, and who may use them without being seen."""

from __future__ import annotations

import pytest
from checked_programs import Programs

VPC = """\
vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
aws.lambda_.Function("coin", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
tables = aws.ec2.VpcEndpoint("tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb")
"""


@pytest.mark.parametrize(
    ("more", "code", "found"),
    [
        ("", "NET101", 1),
        (
            'aws.ec2.VpcEndpointRouteTableAssociation("t", vpc_endpoint_id=tables.id, route_table_id=routes.id)',
            "NET101",
            0,
        ),
        (
            'aws.ec2.VpcEndpoint("keys", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.kms", '
            'vpc_endpoint_type="Interface")',
            "NET101",
            2,
        ),
        ("", "NET104", 1),
        ('aws.ec2.Instance("miner", ami="ami-1", instance_type="t3.micro")', "NET104", 0),
        ('pulumi.export("vpc", vpc.id)', "NET104", 0),
        (
            'aws.ec2.VpcEndpointPolicy("t", vpc_endpoint_id=tables.id, policy=json.dumps({"Version": "2012-10-17", '
            '"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}]}))',
            "NET102",
            1,
        ),
        (
            'aws.ec2.VpcEndpointPolicy("t", vpc_endpoint_id=tables.id, policy=json.dumps({"Version": "2012-10-17", '
            '"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", '
            '"Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}}]}))',
            "NET102",
            0,
        ),
        ("", "NET102", 0),
    ],
)
def test_endpoints(programs: Programs, more: str, code: str, found: int) -> None:
    assert [f.code for f in programs.check(VPC + more, code).findings] == [code] * found
