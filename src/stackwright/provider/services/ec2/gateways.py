"""Internet gateways and NAT gateways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import first, present
from stackwright.provider.services.ec2.common import owned, retag, tagged, unless_gone


class InternetGateway(Provisioner):
    type = "ec2/internetGateway:InternetGateway"

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        gateway = ec2.create_internet_gateway(**tagged(aws, new, "internet-gateway"))["InternetGateway"][
            "InternetGatewayId"
        ]
        if new.get("vpcId"):
            ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=new["vpcId"])
        return Created(gateway, owned(aws, "internet-gateway", gateway))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ec2, gateway, before = aws.client("ec2"), id_of(old), old.inputs.get("vpcId")
        if new.get("vpcId") != before:
            if before:
                ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=before)
            if new.get("vpcId"):
                ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=new["vpcId"])
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, gateway, vpc = aws.client("ec2"), id_of(old), old.inputs.get("vpcId")
        if vpc:
            unless_gone(lambda: ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc))
        unless_gone(lambda: ec2.delete_internet_gateway(InternetGatewayId=gateway))


class InternetGatewayAttachment(Provisioner):
    type = "ec2/internetGatewayAttachment:InternetGatewayAttachment"
    replace_on = frozenset({"internetGatewayId", "vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        gateway, vpc = new["internetGatewayId"], new["vpcId"]
        aws.client("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        return Created(f"{gateway}:{vpc}")

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, vpc = id_of(old).split(":")
        ec2 = aws.client("ec2")
        unless_gone(lambda: ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc))


class EgressOnlyInternetGateway(Provisioner):
    type = "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
    replace_on = frozenset({"vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ec2").create_egress_only_internet_gateway(
            VpcId=new["vpcId"], **tagged(aws, new, "egress-only-internet-gateway")
        )
        return Created(answer["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, gateway = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=gateway))


class NatGateway(Provisioner):
    type = "ec2/natGateway:NatGateway"
    replace_on = frozenset({"subnetId", "allocationId", "connectivityType", "privateIp", "vpcId", "availabilityMode"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2, address = aws.client("ec2"), new.get("allocationId")
        made = ec2.create_nat_gateway(
            **present(
                SubnetId=new.get("subnetId"),
                AllocationId=address,
                ConnectivityType=new.get("connectivityType"),
            ),
            **tagged(aws, new, "natgateway"),
        )["NatGateway"]
        outputs = {"vpcId": made.get("VpcId")}
        if address:
            # The gateway has the address from the start; only the address itself says which it is.
            outputs["publicIp"] = first(
                ec2.describe_addresses(AllocationIds=[address])["Addresses"], f"elastic IP address {address}"
            )["PublicIp"]
        else:
            outputs["publicIp"] = ""
        return Created(made["NatGatewayId"], outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_nat_gateway(NatGatewayId=id_of(old)))


PROVISIONERS = (InternetGateway, InternetGatewayAttachment, EgressOnlyInternetGateway, NatGateway)
