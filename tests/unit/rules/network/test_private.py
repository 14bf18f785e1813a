"""Functions in subnets, and ways from there to AWS."""

import pytest
from checked_programs import Programs

HANDLER = """
import os
import boto3

def handler(event, context):
    {}
"""
SEND = "boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE'], MessageBody='x')"
PROGRAM = """
vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet("s", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
group = aws.ec2.SecurityGroup("g", vpc_id=vpc.id)
queue = aws.sqs.Queue("q")
{}
aws.lambda_.Function("f", role="arn:aws:iam::123456789012:role/x", runtime="python3.13", handler="app.handler",
    code=pulumi.AssetArchive({{"app.py": pulumi.FileAsset("app.py")}}),
    environment={{"variables": {{"QUEUE": queue.url}}}},
    vpc_config={{"subnet_ids": [subnet.id], "security_group_ids": [group.id]}})
"""
TABLE = "table = aws.ec2.RouteTable('t', vpc_id=vpc.id{})\n"
USED = "aws.ec2.RouteTableAssociation('a', subnet_id=subnet.id, route_table_id=table.id)\n"
NAT = "nat = aws.ec2.NatGateway('n', subnet_id='subnet-1')\n"
OUT = "[{'cidr_block': '0.0.0.0/0', 'nat_gateway_id': nat.id}]"
INTERNET = "gateway = aws.ec2.InternetGateway('i', vpc_id=vpc.id)\n"
ENDPOINT = (
    "aws.ec2.VpcEndpoint('e', vpc_id=vpc.id, service_name='com.amazonaws.us-east-1.{}', "
    "vpc_endpoint_type='Interface', subnet_ids=[subnet.id])\n"
)
SHUT = {
    "no table": "",
    "empty table": TABLE.format("") + USED,
    "public": INTERNET
    + TABLE.format("")
    + USED
    + "aws.ec2.Route('r', route_table_id=table.id, destination_cidr_block='0.0.0.0/0', gateway_id=gateway.id)\n",
    "another's endpoint": ENDPOINT.format("secretsmanager"),
    "a way for another subnet": NAT + TABLE.format(f", routes={OUT}"),
}
OPEN = {
    "gateway": NAT + TABLE.format(f", routes={OUT}") + USED,
    "route of its own": NAT
    + TABLE.format("")
    + USED
    + "aws.ec2.Route('r', route_table_id=table.id, destination_cidr_block='0.0.0.0/0', nat_gateway_id=nat.id)\n",
    "main table": NAT
    + TABLE.format(f", routes={OUT}")
    + "aws.ec2.MainRouteTableAssociation('a', vpc_id=vpc.id, route_table_id=table.id)\n",
    "default table": NAT
    + f"aws.ec2.DefaultRouteTable('t', default_route_table_id=vpc.default_route_table_id, routes={OUT})\n",
    "endpoint": ENDPOINT.format("sqs"),
    "transit": TABLE.format("")
    + USED
    + "aws.ec2.Route('r', route_table_id=table.id, destination_cidr_block='0.0.0.0/0', transit_gateway_id='tgw-1')\n",
    "somebody's table": "aws.ec2.RouteTableAssociation('a', subnet_id=subnet.id, route_table_id='rtb-1')\n",
    "somebody's subnet": "subnet = aws.ec2.Subnet.get('theirs', 'subnet-1')\n",
}


def check(programs: Programs, network: str, call: str) -> list[str]:
    files = {"__main__.py": PROGRAM.format(network), "app.py": HANDLER.format(call)}
    return [f.message for f in programs.check(files, "NET111", "RUN101").findings]


@pytest.mark.parametrize("network", SHUT.values(), ids=list(SHUT))
def test_found(programs: Programs, network: str) -> None:
    (message,) = check(programs, network, SEND)
    assert "calls sqs send_message at app.py:6" in message


@pytest.mark.parametrize("network", OPEN.values(), ids=list(OPEN))
def test_left_alone(programs: Programs, network: str) -> None:
    assert check(programs, network, SEND) == []


@pytest.mark.parametrize("call", ["return {'statusCode': 200}", "boto3.client('ses').send_email(Source='a')"])
def test_calls_of_nothing_that_has_an_endpoint_of_its_own(programs: Programs, call: str) -> None:
    assert check(programs, "", call) == []
