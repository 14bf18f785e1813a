"""Key pairs, launch templates and instances. Instances are records: nothing boots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._shapes import pascal, present, tag_list
from stackwright.provider.services.ec2.common import arn, retag, tagged, unless_gone


class KeyPair(Provisioner):
    """Its id is its name."""

    type = "ec2/keyPair:KeyPair"
    replace_on = frozenset({"keyName", "keyNamePrefix", "publicKey"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ec2").import_key_pair(
            KeyName=new["keyName"], PublicKeyMaterial=new["publicKey"].encode(), **tagged(aws, new, "key-pair")
        )
        return Created(
            new["keyName"],
            {
                "arn": arn(aws, "key-pair", new["keyName"]),
                "keyPairId": answer["KeyPairId"],
                "fingerprint": answer["KeyFingerprint"],
                "keyType": "ed25519" if new["publicKey"].startswith("ssh-ed25519") else "rsa",
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old, old.outputs["keyPairId"])
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_key_pair(KeyName=id_of(old)))


# Input -> member of LaunchTemplateData; what is missing here the emulator drops.
_TEMPLATE: Final = {
    "imageId": "ImageId",
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "userData": "UserData",
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "securityGroupNames": "SecurityGroups",
    "blockDeviceMappings": "BlockDeviceMappings",
    "iamInstanceProfile": "IamInstanceProfile",
    "monitoring": "Monitoring",
    "disableApiTermination": "DisableApiTermination",
    "ebsOptimized": "EbsOptimized",
    "metadataOptions": "MetadataOptions",
    "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
}


class LaunchTemplate(Provisioner):
    """A change makes a new version."""

    type = "ec2/launchTemplate:LaunchTemplate"
    replace_on = frozenset({"name", "namePrefix"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        made = aws.client("ec2").create_launch_template(
            LaunchTemplateName=new["name"],
            LaunchTemplateData=_template_data(new),
            **present(VersionDescription=new.get("description")),
            **tagged(aws, new, "launch-template"),
        )["LaunchTemplate"]
        template = made["LaunchTemplateId"]
        outputs = {"arn": arn(aws, "launch-template", template), "latestVersion": 1, "defaultVersion": 1}
        return Created(template, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ec2, template = aws.client("ec2"), id_of(old)
        version = old.outputs["latestVersion"]
        apart = {"tags", "defaultVersion", "updateDefaultVersion"}
        if {k: v for k, v in new.items() if k not in apart} != {k: v for k, v in old.inputs.items() if k not in apart}:
            made = ec2.create_launch_template_version(
                LaunchTemplateId=template,
                LaunchTemplateData=_template_data(new),
                **present(VersionDescription=new.get("description")),
            )
            version = made["LaunchTemplateVersion"]["VersionNumber"]
        default = version if new.get("updateDefaultVersion") else new.get("defaultVersion")
        if default:
            ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion=str(default))
        retag(aws, new, old)
        return {"latestVersion": version, "defaultVersion": default or old.outputs["defaultVersion"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").delete_launch_template(LaunchTemplateId=id_of(old)))


def _template_data(new: Inputs) -> dict[str, Any]:
    data = {theirs: pascal(new.get(ours)) for ours, theirs in _TEMPLATE.items() if new.get(ours) is not None}
    interfaces = new.get("networkInterfaces")
    if interfaces:
        names = {"securityGroups": "Groups"}
        data["NetworkInterfaces"] = [{"DeviceIndex": 0, **pascal(one, names)} for one in interfaces]
    specifications = new.get("tagSpecifications")
    if specifications:
        data["TagSpecifications"] = [
            {"ResourceType": one["resourceType"], "Tags": tag_list(one.get("tags") or {})} for one in specifications
        ]
    return _with_flags(data)


def _with_flags(value: Any) -> Any:
    """The provider writes some of a template's booleans as text."""
    if isinstance(value, Mapping):
        return {k: _with_flags(v) for k, v in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        return [_with_flags(v) for v in cast("list[Any]", value)]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


class Instance(Provisioner):
    type = "ec2/instance:Instance"
    # The emulator has no ModifyInstanceAttribute, and an instance without a machine loses nothing.
    replace_on = frozenset(
        {
            "ami",
            "instanceType",
            "subnetId",
            "availabilityZone",
            "keyName",
            "privateIp",
            "vpcSecurityGroupIds",
            "iamInstanceProfile",
            "userData",
            "userDataBase64",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        profile = new.get("iamInstanceProfile")
        made = aws.client("ec2").run_instances(
            MinCount=1,
            MaxCount=1,
            **present(
                ImageId=new.get("ami"),
                InstanceType=new.get("instanceType"),
                SubnetId=new.get("subnetId"),
                SecurityGroupIds=new.get("vpcSecurityGroupIds"),
                KeyName=new.get("keyName"),
                PrivateIpAddress=new.get("privateIp"),
                UserData=new.get("userData"),
                IamInstanceProfile={"Name": profile} if profile else None,
            ),
            **tagged(aws, new, "instance"),
        )["Instances"][0]
        return Created(made["InstanceId"], _instance_outputs(aws, made))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ec2").terminate_instances(InstanceIds=[id_of(old)]))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("ec2").describe_instances(InstanceIds=[id_of(wanted)])
        found = only([one for held in answer["Reservations"] for one in held["Instances"]], wanted)
        more = {"ami": found["ImageId"], "instanceType": found["InstanceType"]}
        return Created(outputs={**_instance_outputs(aws, found), **more})


def _instance_outputs(aws: Aws, made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": arn(aws, "instance", made["InstanceId"]),
        "availabilityZone": made["Placement"]["AvailabilityZone"],
        "instanceState": "running",
        "privateIp": made.get("PrivateIpAddress", ""),
        "privateDns": made.get("PrivateDnsName", ""),
        "publicIp": made.get("PublicIpAddress", ""),
        "publicDns": made.get("PublicDnsName", ""),
        "subnetId": made.get("SubnetId", ""),
        "vpcSecurityGroupIds": [group["GroupId"] for group in made.get("SecurityGroups") or []],
    }


PROVISIONERS = (KeyPair, LaunchTemplate, Instance)
