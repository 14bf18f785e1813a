"""Functions in subnets from which no way leads to AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackwright.rules.finding import Problem
from stackwright.rules.iam.wired import FUNCTION
from stackwright.rules.needs import needs_of
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_SUBNET: Final = "ec2/subnet:Subnet"
_VPC: Final = "ec2/vpc:Vpc"
_TABLES: Final = ("ec2/routeTable:RouteTable", "ec2/defaultRouteTable:DefaultRouteTable")
_ENDPOINT: Final = "ec2/vpcEndpoint:VpcEndpoint"
# Where a route leads to; a gateway may be one of the internet, which does nothing for a function.
_WAYS: Final = (
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "instanceId",
    "localGatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
)
# Prefix of a service's actions -> how the name of its endpoint ends.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_ENDPOINTS: Final = {
    **{
        name: name
        for name in (
            "athena",
            "dynamodb",
            "events",
            "glue",
            "kms",
            "lambda",
            "logs",
            "s3",
            "scheduler",
            "secretsmanager",
            "sns",
            "sqs",
            "ssm",
            "states",
            "sts",
        )
    },
    "cloudwatch": "monitoring",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
}


@graph_rule("NET111", "breaks", "network", rows=("S0-13",), each=FUNCTION)
def function_without_a_way_out(function: Node, graph: View) -> Iterator[Problem]:
    """A function in a VPC that calls an AWS service to which it has no way: neither a NAT gateway nor an endpoint.

    ## Why is this bad?
    A function in a VPC has no public address, in a public subnet either. Its requests need a NAT gateway, or an
    endpoint of the service in the VPC; without, they hang until the function's time is over.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html

    ## Example
    ```python
    role = aws.iam.Role("mint", assume_role_policy="{}")
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    subnet = aws.ec2.Subnet("mint", vpc_id=vpc.id, cidr_block="10.2.0.0/24")
    group = aws.ec2.SecurityGroup("coin", vpc_id=vpc.id)
    queue = aws.sqs.Queue("coins")
    text = "import os, boto3\\ndef handler(event, context):\\n    boto3.client('sqs').send_message("
    text += "QueueUrl=os.environ['QUEUE'], MessageBody='x')\\n"
    aws.lambda_.Function(
        "coin",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(text)}),
        environment={"variables": {"QUEUE": queue.url}},
        vpc_config={"subnet_ids": [subnet.id], "security_group_ids": [group.id]},
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("mint", assume_role_policy="{}")
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    subnet = aws.ec2.Subnet("mint", vpc_id=vpc.id, cidr_block="10.2.0.0/24")
    group = aws.ec2.SecurityGroup("coin", vpc_id=vpc.id)
    queue = aws.sqs.Queue("coins")
    aws.ec2.VpcEndpoint(
        "queues",
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.sqs",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        subnet_ids=[subnet.id],
        security_group_ids=[group.id],
    )
    text = "import os, boto3\\ndef handler(event, context):\\n    boto3.client('sqs').send_message("
    text += "QueueUrl=os.environ['QUEUE'], MessageBody='x')\\n"
    aws.lambda_.Function(
        "coin",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(text)}),
        environment={"variables": {"QUEUE": queue.url}},
        vpc_config={"subnet_ids": [subnet.id], "security_group_ids": [group.id]},
    )
    ```
    """
    subnets = [graph.find(value, _SUBNET) for value in function.texts("vpcConfig.subnetIds")]
    found = [subnet for subnet in subnets if subnet is not None and not subnet.resource.external]
    if not found or len(found) < len(subnets) or any(_leads_out(subnet, graph) for subnet in found):
        return
    vpc = found[0].text("vpcId")
    served = [e.text("serviceName") for e in graph.all(_ENDPOINT) if e.get("vpcId") == vpc]
    for need in needs_of(function):
        service = need.actions[0].partition(":")[0]
        name = _ENDPOINTS.get(service, "")
        if not need.certain or need.through or not name or any(s.endswith(f".{name}") for s in served):
            continue
        yield function.problem(
            f"the function {function.name!r} calls {need.call} at {need.place} from {found[0].name!r}, which has no "
            f"route to a NAT gateway, and its VPC has no endpoint of {service}",
            fix=f'aws.ec2.VpcEndpoint(…, service_name="com.amazonaws.<region>.{name}"), or a NAT gateway.',
            at="vpcConfig.subnetIds",
            related=[found[0].here("the subnet")],
        )
        return


def _leads_out(subnet: Node, graph: View) -> bool:
    """Whether some route of a subnet leads out of its VPC, or may."""
    tables = _tables_of(subnet, graph)
    if tables is None:
        return True
    for table in tables:
        inline = table.structs("routes") if table.given("routes") else []
        own = [route for route in graph.all("ec2/route:Route") if route.get("routeTableId") == table.id]
        if any(_is_way(route, graph) for route in inline) or any(_is_way(_values(route), graph) for route in own):
            return True
    return False


def _tables_of(subnet: Node, graph: View) -> list[Node] | None:
    """The route table of a subnet, if there is one but for the VPC's own; None when it is not of this program."""
    kinds = (
        "ec2/routeTableAssociation:RouteTableAssociation",
        "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    )
    associations = [a for a in graph.all(kinds[0]) if a.get("subnetId") == subnet.id]
    associations = associations or [a for a in graph.all(kinds[1]) if a.get("vpcId") == subnet.get("vpcId")]
    tables = [graph.find(association.text("routeTableId"), *_TABLES) for association in associations]
    known = [table for table in tables if table is not None and not table.resource.external]
    if len(known) < len(tables):
        return None
    if known:
        return known
    vpc = subnet.refers("vpcId", _VPC)
    if vpc is None or vpc.resource.external:
        return None
    own = vpc.get("defaultRouteTableId")
    return [table for table in graph.all(_TABLES[1]) if table.get("defaultRouteTableId") == own]


def _values(route: Node) -> Mapping[str, Any]:
    return {key: route.given(key) for key in (*_WAYS, "gatewayId")}


def _is_way(route: Mapping[str, Any], graph: View) -> bool:
    if any(route.get(key) for key in _WAYS):
        return True
    gateway = route.get("gatewayId")
    return bool(gateway) and graph.find(str(gateway), "ec2/internetGateway:InternetGateway") is None
