"""Ranges of addresses, and routes to endpoints."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.iam.wired import FUNCTION
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_SUBNET: Final = "ec2/subnet:Subnet"
_VPC: Final = "ec2/vpc:Vpc"
_MORE: Final = "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_ENDPOINT: Final = "ec2/vpcEndpoint:VpcEndpoint"
_ON_ROUTES: Final = "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
_ASSOCIATION: Final = "ec2/routeTableAssociation:RouteTableAssociation"
_ROUTES: Final = "ec2/routeTable:RouteTable"
_ROUTE: Final = "ec2/route:Route"
_EVERYWHERE: Final = "0.0.0.0/0"


@graph_rule("NET105", "breaks", "network", rows=("S0-13",), each=_SUBNET)
def subnet_without_room(subnet: Node, graph: View) -> Iterator[Problem]:
    """A subnet whose addresses are not in its VPC, or are another subnet's.

    ## Why is this bad?
    AWS refuses it: "The CIDR is invalid", or "conflicts with another subnet". It happens where the VPC's range is a
    setting and the subnets' are not.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html

    ## Example
    ```python
    network = pulumi.Config().get("network") or "10.20.0.0/16"
    vpc = aws.ec2.Vpc("mint", cidr_block=network)
    for number in range(2):
        aws.ec2.Subnet(f"mint-{number}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24")
    ```

    ## Use instead
    ```python
    import ipaddress

    network = pulumi.Config().get("network") or "10.20.0.0/16"
    vpc = aws.ec2.Vpc("mint", cidr_block=network)
    ranges = ipaddress.ip_network(network).subnets(new_prefix=24)
    for number in range(2):
        aws.ec2.Subnet(f"mint-{number}", vpc_id=vpc.id, cidr_block=str(next(ranges)))
    ```
    """
    vpc, mine = subnet.refers("vpcId", _VPC), _range(subnet)
    if vpc is None or mine is None:
        return
    ranges = [_range(n) for n in (vpc, *(n for n in graph.all(_MORE) if n.get("vpcId") == vpc.id))]
    if any(r is None for r in ranges):
        return  # from a pool that AWS knows
    if not any(r is not None and mine.subnet_of(r) for r in ranges):
        yield subnet.problem(
            f"the subnet {subnet.name!r} has {mine}, and its VPC {', '.join(map(str, ranges))}",
            fix="cidr_block=<a part of the VPC's>, as `ipaddress.ip_network(…).subnets(new_prefix=24)` gives them",
            at="cidrBlock",
            related=[vpc.here("the VPC", "cidrBlock")],
        )
        return
    for other in graph.all(_SUBNET):
        if other is subnet:
            return  # the later one of two is refused
        taken = _range(other)
        if taken is not None and other.get("vpcId") == subnet.get("vpcId") and mine.overlaps(taken):
            yield subnet.problem(
                f"the subnet {subnet.name!r} has {mine}, and {other.name!r} has {taken}, which has the same addresses",
                fix="cidr_block=<a part that no other subnet has>",
                at="cidrBlock",
                related=[other.here("the other subnet", "cidrBlock")],
            )
            return


@graph_rule("NET107", "breaks", "network", rows=("S0-13",), each=_ENDPOINT)
def endpoint_not_on_all_routes(endpoint: Node, graph: View) -> Iterator[Problem]:
    """A gateway endpoint that is on one route table, and not on that of another subnet with functions.

    ## Why is this bad?
    From that subnet nothing leads to DynamoDB or S3: calls of functions that happen to run there time out. A function
    with subnets in several zones fails now and then.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    group = aws.ec2.SecurityGroup("mint", vpc_id=vpc.id)
    subnets, tables = [], []
    for number in range(2):
        subnet = aws.ec2.Subnet(f"mint-{number}", vpc_id=vpc.id, cidr_block=f"10.2.{number}.0/24")
        routes = aws.ec2.RouteTable(f"mint-{number}", vpc_id=vpc.id)
        aws.ec2.RouteTableAssociation(f"mint-{number}", subnet_id=subnet.id, route_table_id=routes.id)
        subnets.append(subnet.id)
        tables.append(routes.id)
    aws.ec2.VpcEndpoint(
        "tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb", route_table_ids=tables[:1]
    )
    aws.lambda_.Function(
        "coin",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        vpc_config={"subnet_ids": subnets, "security_group_ids": [group.id]},
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    group = aws.ec2.SecurityGroup("mint", vpc_id=vpc.id)
    subnets, tables = [], []
    for number in range(2):
        subnet = aws.ec2.Subnet(f"mint-{number}", vpc_id=vpc.id, cidr_block=f"10.2.{number}.0/24")
        routes = aws.ec2.RouteTable(f"mint-{number}", vpc_id=vpc.id)
        aws.ec2.RouteTableAssociation(f"mint-{number}", subnet_id=subnet.id, route_table_id=routes.id)
        subnets.append(subnet.id)
        tables.append(routes.id)
    aws.ec2.VpcEndpoint(
        "tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb", route_table_ids=tables
    )
    aws.lambda_.Function(
        "coin",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        vpc_config={"subnet_ids": subnets, "security_group_ids": [group.id]},
    )
    ```
    """
    if endpoint.text("vpcEndpointType", "Gateway") != "Gateway":
        return
    on = set(endpoint.texts("routeTableIds"))
    on |= {n.text("routeTableId") for n in graph.all(_ON_ROUTES) if n.get("vpcEndpointId") == endpoint.id}
    if not on:
        return  # a finding of its own
    for function in graph.all(FUNCTION):
        for subnet in function.texts("vpcConfig.subnetIds"):
            routes = _routes_of(subnet, graph)
            if routes is None or routes.id in on or routes.get("vpcId") != endpoint.get("vpcId"):
                continue
            if not _leads_out(routes, graph):
                yield endpoint.problem(
                    f"the endpoint {endpoint.name!r} is not on the route table {routes.name!r}, which a subnet of the "
                    f"function {function.name!r} has",
                    fix="route_table_ids=[…] with all of them",
                    at="routeTableIds",
                    related=[routes.here("the route table"), function.here("the function", "vpcConfig.subnetIds")],
                )
                return


def _range(node: Node) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(str(node.given("cidrBlock")), strict=False)
    except ValueError:
        return None


def _routes_of(subnet: str, graph: View) -> Node | None:
    found = [n for n in graph.all(_ASSOCIATION) if n.get("subnetId") == subnet]
    return found[0].refers("routeTableId", _ROUTES) if len(found) == 1 else None


def _leads_out(routes: Node, graph: View) -> bool:
    own = [r.get("cidrBlock") for r in routes.structs("routes")]
    others = [r.get("destinationCidrBlock") for r in graph.all(_ROUTE) if r.get("routeTableId") == routes.id]
    return _EVERYWHERE in (*own, *others)
