"""Route tables, their routes, and which subnets follow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._shapes import first, present
from stackwright.provider.services.ec2.common import digest, filtered, owned, retag, tagged, unless_gone

# What a route may lead to -> parameter of CreateRoute.
_TARGETS: Final = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "transitGatewayId": "TransitGatewayId",
}


def _route(destination: str | None, target: Mapping[str, Any]) -> dict[str, str] | None:
    """Parameters of CreateRoute; None for what the emulator would store as a route to nowhere."""
    leads_to = {theirs: target[ours] for ours, theirs in _TARGETS.items() if target.get(ours)}
    return {"DestinationCidrBlock": destination, **leads_to} if destination and leads_to else None


class RouteTable(Provisioner):
    type = "ec2/routeTable:RouteTable"
    replace_on = frozenset({"vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        made = ec2.create_route_table(VpcId=new["vpcId"], **tagged(aws, new, "route-table"))["RouteTable"]
        table = made["RouteTableId"]
        set_routes(ec2, table, new, [])
        return Created(table, owned(aws, "route-table", table))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        set_routes(aws.client("ec2"), id_of(old), new, old.inputs.get("routes") or [])
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, table = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.delete_route_table(RouteTableId=table))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("ec2").describe_route_tables(RouteTableIds=[id_of(wanted)])["RouteTables"]
        return Created(outputs={"vpcId": only(found, wanted)["VpcId"], **owned(aws, "route-table", id_of(wanted))})


def set_routes(ec2: Any, table: str, new: Inputs, before: list[Mapping[str, Any]]) -> None:
    """Make the routes given inline; without any, routes of other resources stay as they are."""
    wanted = new.get("routes")
    if wanted is None or wanted == before:
        return
    for route in before:
        if route not in wanted and route.get("cidrBlock"):
            destination = route["cidrBlock"]
            unless_gone(lambda to=destination: ec2.delete_route(RouteTableId=table, DestinationCidrBlock=to))
    for route in wanted:
        parameters = _route(route.get("cidrBlock"), route)
        if parameters is None:
            new.limit("routes", "other routes")
        elif route not in before:
            ec2.create_route(RouteTableId=table, **parameters)


class Route(Provisioner):
    type = "ec2/route:Route"
    replace_on = frozenset(
        {"routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"}
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        table, destination = new["routeTableId"], new.get("destinationCidrBlock")
        parameters = _route(destination, {key: new.get(key) for key in _TARGETS})
        if parameters is not None:
            aws.client("ec2").create_route(RouteTableId=table, **parameters)
        given = new.resource.inputs
        other = given.get("destinationIpv6CidrBlock") or given.get("destinationPrefixListId") or ""
        return Created(f"r-{table}{digest(destination or other)}", {"origin": "CreateRoute", "state": "active"})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        # The emulator's ReplaceRoute knows fewer targets than its CreateRoute.
        self.delete(aws, old)
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, table, destination = aws.client("ec2"), old.inputs["routeTableId"], old.inputs.get("destinationCidrBlock")
        if destination:
            unless_gone(lambda: ec2.delete_route(RouteTableId=table, DestinationCidrBlock=destination))


class RouteTableAssociation(Provisioner):
    type = "ec2/routeTableAssociation:RouteTableAssociation"
    # ReplaceRouteTableAssociation gives a new id as well.
    replace_on = frozenset({"routeTableId", "subnetId", "gatewayId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ec2").associate_route_table(
            RouteTableId=new["routeTableId"],
            **present(SubnetId=new.get("subnetId"), GatewayId=new.get("gatewayId")),
        )
        return Created(answer["AssociationId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, association = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.disassociate_route_table(AssociationId=association))


class MainRouteTableAssociation(Provisioner):
    """Makes another table the main one; when it goes, the original is the main one again."""

    type = "ec2/mainRouteTableAssociation:MainRouteTableAssociation"
    replace_on = frozenset({"vpcId", "routeTableId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        main = _main(ec2, new["vpcId"])
        answer = ec2.replace_route_table_association(AssociationId=main[0], RouteTableId=new["routeTableId"])
        return Created(answer["NewAssociationId"], {"originalRouteTableId": main[1]})

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, original = aws.client("ec2"), old.outputs["originalRouteTableId"]
        unless_gone(lambda: ec2.replace_route_table_association(AssociationId=id_of(old), RouteTableId=original))


def _main(ec2: Any, vpc: str) -> tuple[str, str]:
    """Ids of the main association of a VPC and of its table."""
    filters = filtered({"vpc-id": [vpc], "association.main": ["true"]})
    table = first(ec2.describe_route_tables(Filters=filters)["RouteTables"], f"main route table of {vpc}")
    main = next(a for a in table["Associations"] if a.get("Main"))
    return main["RouteTableAssociationId"], table["RouteTableId"]


PROVISIONERS = (RouteTable, Route, RouteTableAssociation, MainRouteTableAssociation)
