"""Elastic IP addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.ec2.common import arn, retag, tagged, unless_gone


class Eip(Provisioner):
    type = "ec2/eip:Eip"
    replace_on = frozenset({"domain", "address", "publicIpv4Pool", "networkBorderGroup", "customerOwnedIpv4Pool"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        answer = ec2.allocate_address(Domain=new.get("domain", "vpc"), **tagged(aws, new, "elastic-ip"))
        allocation, ip = answer["AllocationId"], answer["PublicIp"]
        outputs = {
            "allocationId": allocation,
            "publicIp": ip,
            "publicDns": _public_dns(aws.region, ip),
            "arn": arn(aws, "elastic-ip", allocation),
            **_associate(ec2, allocation, new),
        }
        return Created(allocation, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ec2, allocation, association = aws.client("ec2"), id_of(old), old.outputs.get("associationId")
        outputs: dict[str, Any] = {}
        if any(new.get(k) != old.inputs.get(k) for k in ("instance", "networkInterface", "associateWithPrivateIp")):
            if association:
                unless_gone(lambda: ec2.disassociate_address(AssociationId=association))
            outputs = _associate(ec2, allocation, new)
        retag(aws, new, old)
        return outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").release_address(AllocationId=id_of(old)))


def _associate(ec2: Any, allocation: str, new: Inputs) -> dict[str, str]:
    target = present(
        InstanceId=new.get("instance"),
        NetworkInterfaceId=new.get("networkInterface"),
        PrivateIpAddress=new.get("associateWithPrivateIp"),
    )
    if not target:
        return {"associationId": ""}
    return {"associationId": ec2.associate_address(AllocationId=allocation, **target)["AssociationId"]}


def _public_dns(region: str, ip: str) -> str:
    """https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html"""
    zone = "compute-1" if region == "us-east-1" else f"{region}.compute"
    return f"ec2-{ip.replace('.', '-')}.{zone}.amazonaws.com"


class EipAssociation(Provisioner):
    type = "ec2/eipAssociation:EipAssociation"
    replace_on = frozenset(
        {"allocationId", "instanceId", "networkInterfaceId", "privateIpAddress", "publicIp", "allowReassociation"}
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ec2").associate_address(
            **present(
                AllocationId=new.get("allocationId"),
                InstanceId=new.get("instanceId"),
                NetworkInterfaceId=new.get("networkInterfaceId"),
                PrivateIpAddress=new.get("privateIpAddress"),
                PublicIp=new.get("publicIp"),
                AllowReassociation=new.get("allowReassociation"),
            )
        )
        return Created(answer["AssociationId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").disassociate_address(AssociationId=id_of(old)))


PROVISIONERS = (Eip, EipAssociation)
