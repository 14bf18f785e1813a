"""Amazon EFS: the control plane; nothing can be mounted. https://docs.aws.amazon.com/efs/latest/ug/api-reference.html"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging
from stackwright.provider.services._shapes import pascal

_TAGGING: Final = Tagging(resource="ResourceId", named_by="id")


def _arn(aws: Aws, kind: str, resource: str) -> str:
    return f"arn:{aws.partition}:elasticfilesystem:{aws.region}:{aws.account}:{kind}/{resource}"


def _dns_name(aws: Aws, file_system: str) -> str:
    return f"{file_system}.efs.{aws.region}.amazonaws.com"


class FileSystem(ModelProvisioner):
    type = "efs/fileSystem:FileSystem"
    replace_on = frozenset({"creationToken", "availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode"})
    calls = Calls(
        service="efs",
        create="create_file_system",
        update="update_file_system",
        delete="delete_file_system",
        named={"FileSystemId": "id"},
        identified="FileSystemId",
        computed={"arn": "FileSystemArn", "ownerId": "OwnerId", "name": "Name", "performanceMode": "PerformanceMode"},
        generated=("creationToken",),
        tagging=_TAGGING,
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        file_system = answer["FileSystemId"]
        _set_lifecycle(aws, file_system, new)
        return {**super().outputs(aws, new, answer), "dnsName": _dns_name(aws, file_system)}

    def retag(self, aws: Aws, new: Inputs, old: Resource) -> None:
        if new.get("lifecyclePolicies") != old.inputs.get("lifecyclePolicies"):
            _set_lifecycle(aws, id_of(old), new, always=True)
        super().retag(aws, new, old)


def _set_lifecycle(aws: Aws, file_system: str, new: Inputs, *, always: bool = False) -> None:
    policies = new.get("lifecyclePolicies", [])
    if policies or always:
        renamed = {"transitionToIa": "TransitionToIA"}
        aws.client("efs").put_lifecycle_configuration(
            FileSystemId=file_system, LifecyclePolicies=[pascal(one, renamed) for one in policies]
        )


class MountTarget(ModelProvisioner):
    type = "efs/mountTarget:MountTarget"
    replace_on = frozenset({"fileSystemId", "subnetId", "ipAddress", "ipAddressType", "securityGroups"})
    calls = Calls(
        service="efs",
        create="create_mount_target",
        delete="delete_mount_target",
        named={"MountTargetId": "id"},
        identified="MountTargetId",
        computed={
            "ipAddress": "IpAddress",
            "networkInterfaceId": "NetworkInterfaceId",
            "availabilityZoneId": "AvailabilityZoneId",
            "availabilityZoneName": "AvailabilityZoneName",
            "ownerId": "OwnerId",
        },
        generated=(),
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        made, file_system = super().outputs(aws, new, answer), new["fileSystemId"]
        name = _dns_name(aws, file_system)
        zone = made.get("availabilityZoneName", "")
        own = {"dnsName": name, "mountTargetDnsName": f"{zone}.{name}"}
        return {**made, **own, "fileSystemArn": _arn(aws, "file-system", file_system)}


class AccessPoint(ModelProvisioner):
    type = "efs/accessPoint:AccessPoint"
    replace_on = frozenset({"fileSystemId", "posixUser", "rootDirectory"})
    calls = Calls(
        service="efs",
        create="create_access_point",
        delete="delete_access_point",
        named={"AccessPointId": "id"},
        identified="AccessPointId",
        computed={"arn": "AccessPointArn", "ownerId": "OwnerId"},
        generated=(),
        tagging=_TAGGING,
    )

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        return {**super().parameters(client, call, new), "ClientToken": str(uuid.uuid4())}

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        arn = _arn(aws, "file-system", new["fileSystemId"])
        return {**super().outputs(aws, new, answer), "fileSystemArn": arn}


PROVISIONERS = (FileSystem, MountTarget, AccessPoint)
