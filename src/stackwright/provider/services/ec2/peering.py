"""VPC peering connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.ec2.common import retag, tagged, unless_gone


class VpcPeeringConnection(Provisioner):
    type = "ec2/vpcPeeringConnection:VpcPeeringConnection"
    replace_on = frozenset({"vpcId", "peerVpcId", "peerOwnerId", "peerRegion"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        made = ec2.create_vpc_peering_connection(
            VpcId=new["vpcId"],
            PeerVpcId=new["peerVpcId"],
            **present(PeerOwnerId=new.get("peerOwnerId"), PeerRegion=new.get("peerRegion")),
            **tagged(aws, new, "vpc-peering-connection"),
        )["VpcPeeringConnection"]
        connection, status = made["VpcPeeringConnectionId"], made["Status"]["Code"]
        if new.get("autoAccept"):
            status = _accept(ec2, connection)["Status"]["Code"]
        return Created(
            connection,
            {"acceptStatus": status, "peerOwnerId": made["AccepterVpcInfo"]["OwnerId"]},
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        outputs: dict[str, Any] = {}
        if new.get("autoAccept") and not old.inputs.get("autoAccept"):
            outputs["acceptStatus"] = _accept(aws.client("ec2"), id_of(old))["Status"]["Code"]
        retag(aws, new, old)
        return outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, connection = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=connection))


class VpcPeeringConnectionAccepter(Provisioner):
    """The other side of a connection. Letting go of it deletes nothing."""

    type = "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
    replace_on = frozenset({"vpcPeeringConnectionId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2, connection = aws.client("ec2"), new["vpcPeeringConnectionId"]
        if new.get("autoAccept"):
            found = _accept(ec2, connection)
        else:
            found = ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[connection])["VpcPeeringConnections"][
                0
            ]
        retag(aws, new, Resource(urn="", type="", name="", id=connection))
        requester, accepter = found["RequesterVpcInfo"], found["AccepterVpcInfo"]
        return Created(
            connection,
            {
                "acceptStatus": found["Status"]["Code"],
                "vpcId": accepter["VpcId"],
                "peerVpcId": requester["VpcId"],
                "peerOwnerId": requester["OwnerId"],
                "peerRegion": requester["Region"],
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        if new.get("autoAccept") and not old.inputs.get("autoAccept"):
            return {"acceptStatus": _accept(aws.client("ec2"), id_of(old))["Status"]["Code"]}
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        """The requester's side deletes the connection."""


def _accept(ec2: Any, connection: str) -> dict[str, Any]:
    return ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=connection)["VpcPeeringConnection"]


PROVISIONERS = (VpcPeeringConnection, VpcPeeringConnectionAccepter)
