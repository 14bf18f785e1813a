"""VPC endpoints and prefix lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.ec2.common import digest, filtered, owned, retag, tagged, unless_gone


class VpcEndpoint(Provisioner):
    type = "ec2/vpcEndpoint:VpcEndpoint"
    replace_on = frozenset({"vpcId", "serviceName", "vpcEndpointType", "serviceRegion", "serviceNetworkArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2, kind, service = aws.client("ec2"), new.get("vpcEndpointType", "Gateway"), new.get("serviceName")
        made = ec2.create_vpc_endpoint(
            VpcId=new["vpcId"],
            VpcEndpointType=kind,
            **present(
                ServiceName=service,
                RouteTableIds=new.get("routeTableIds"),
                SubnetIds=new.get("subnetIds"),
            ),
            **tagged(aws, new, "vpc-endpoint"),
        )["VpcEndpoint"]
        endpoint = made["VpcEndpointId"]
        outputs: dict[str, Any] = {
            **owned(aws, "vpc-endpoint", endpoint),
            "state": made["State"],
            "dnsEntries": [],
            "networkInterfaceIds": [],
        }
        if kind == "Gateway":
            found = ec2.describe_prefix_lists(Filters=filtered({"prefix-list-name": [str(service)]}))["PrefixLists"]
            outputs["prefixListId"] = found[0]["PrefixListId"] if found else ""
            outputs["cidrBlocks"] = list(found[0]["Cidrs"]) if found else []
        elif service:
            outputs["dnsEntries"] = _dns_entries(aws.region, endpoint, service)
        return Created(endpoint, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        changes = {
            **_changes("RouteTableIds", new.get("routeTableIds", []), old.inputs.get("routeTableIds") or []),
            **_changes("SubnetIds", new.get("subnetIds", []), old.inputs.get("subnetIds") or []),
        }
        if changes:
            aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=id_of(old), **changes)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[id_of(old)]))


def _changes(what: str, wanted: list[str], before: list[str]) -> dict[str, list[str]]:
    added = [one for one in wanted if one not in before]
    gone = [one for one in before if one not in wanted]
    return {k: v for k, v in ((f"Add{what}", added), (f"Remove{what}", gone)) if v}


def _dns_entries(region: str, endpoint: str, service: str) -> list[dict[str, str]]:
    """Names that AWS gives an interface endpoint; none of them resolves on this machine."""
    name = service.rpartition(f".{region}.")[2]
    return [{"dnsName": f"{endpoint}-local.{name}.{region}.vpce.amazonaws.com", "hostedZoneId": "Z7HUB22UULQXV"}]


class _Association(Provisioner):
    """Adds one thing to an endpoint."""

    input: str
    parameter: str

    def create(self, aws: Aws, new: Inputs) -> Created:
        endpoint, thing = new["vpcEndpointId"], new[self.input]
        aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, **{f"Add{self.parameter}": [thing]})
        return Created(f"a-{endpoint}{digest(thing)}")

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, endpoint = aws.client("ec2"), old.inputs["vpcEndpointId"]
        things = {f"Remove{self.parameter}": [old.inputs[self.input]]}
        unless_gone(lambda: ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, **things))


class RouteTableAssociation(_Association):
    type = "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    replace_on = frozenset({"vpcEndpointId", "routeTableId"})
    input, parameter = "routeTableId", "RouteTableIds"


class SubnetAssociation(_Association):
    type = "ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
    replace_on = frozenset({"vpcEndpointId", "subnetId"})
    input, parameter = "subnetId", "SubnetIds"


class ManagedPrefixList(Provisioner):
    type = "ec2/managedPrefixList:ManagedPrefixList"
    replace_on = frozenset({"addressFamily"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        made = ec2.create_managed_prefix_list(
            PrefixListName=new["name"],
            AddressFamily=new["addressFamily"],
            MaxEntries=int(new["maxEntries"]),
            **present(Entries=_entries(new.get("entries"))),
        )["PrefixList"]
        prefix_list = made["PrefixListId"]
        # The emulator does not look at TagSpecifications here.
        retag(aws, new, Resource(urn="", type="", name="", id=prefix_list))
        return Created(prefix_list, {**owned(aws, "prefix-list", prefix_list), "version": int(made["Version"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        wanted, before = _entries(new.get("entries")) or [], _entries(old.inputs.get("entries")) or []
        gone = [{"Cidr": entry["Cidr"]} for entry in before if entry not in wanted]
        added = [entry for entry in wanted if entry not in before]
        made = aws.client("ec2").modify_managed_prefix_list(
            PrefixListId=id_of(old),
            CurrentVersion=old.outputs.get("version"),
            PrefixListName=new["name"],
            MaxEntries=int(new["maxEntries"]),
            **present(AddEntries=added or None, RemoveEntries=gone or None),
        )["PrefixList"]
        retag(aws, new, old)
        return {"version": int(made["Version"])}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_managed_prefix_list(PrefixListId=id_of(old)))


def _entries(given: list[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    return [present(Cidr=entry["cidr"], Description=entry.get("description")) for entry in given]


class ManagedPrefixListEntry(Provisioner):
    type = "ec2/managedPrefixListEntry:ManagedPrefixListEntry"
    replace_on = frozenset({"prefixListId", "cidr", "description"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        prefix_list, cidr = new["prefixListId"], new["cidr"]
        entry = present(Cidr=cidr, Description=new.get("description"))
        aws.client("ec2").modify_managed_prefix_list(PrefixListId=prefix_list, AddEntries=[entry])
        return Created(f"{prefix_list},{cidr}")

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, prefix_list = aws.client("ec2"), old.inputs["prefixListId"]
        entries = [{"Cidr": old.inputs["cidr"]}]
        unless_gone(lambda: ec2.modify_managed_prefix_list(PrefixListId=prefix_list, RemoveEntries=entries))


PROVISIONERS = (
    VpcEndpoint,
    RouteTableAssociation,
    SubnetAssociation,
    ManagedPrefixList,
    ManagedPrefixListEntry,
)
