"""Flow logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.ec2.common import arn, retag, unless_gone

_SOURCES: Final = {
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
    "transitGatewayId": "TransitGateway",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
}
_SETTINGS: Final = {
    "trafficType": "TrafficType",
    "logDestinationType": "LogDestinationType",
    "logDestination": "LogDestination",
    "iamRoleArn": "DeliverLogsPermissionArn",
    "logFormat": "LogFormat",
    "maxAggregationInterval": "MaxAggregationInterval",
}


class FlowLog(Provisioner):
    """Kept, but no packet flows that it could record."""

    type = "ec2/flowLog:FlowLog"
    replace_on = frozenset({*_SOURCES, *_SETTINGS, "destinationOptions", "deliverCrossAccountRole"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        sources = [(new.get(key), kind) for key, kind in _SOURCES.items()]
        source, kind = next((pair for pair in sources if pair[0]), ("", "VPC"))
        answer = aws.client("ec2").create_flow_logs(
            ResourceIds=[source],
            ResourceType=kind,
            **present(**{theirs: new.get(ours) for ours, theirs in _SETTINGS.items()}),
        )
        log = answer["FlowLogIds"][0]
        # The emulator does not know the resource type that AWS wants in TagSpecifications, vpc-flow-log.
        retag(aws, new, Resource(urn="", type="", name="", id=log))
        return Created(log, {"arn": arn(aws, "vpc-flow-log", log)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_flow_logs(FlowLogIds=[id_of(old)]))


PROVISIONERS = (FlowLog,)
