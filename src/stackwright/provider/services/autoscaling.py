"""Amazon EC2 Auto Scaling: groups and policies are kept; nothing scales.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner
from stackwright.provider.services._shapes import first

_TEMPLATE: Final = {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}


class Group(ModelProvisioner):
    """Its id is its name."""

    type = "autoscaling/group:Group"
    calls = Calls(
        service="autoscaling",
        create="create_auto_scaling_group",
        update="update_auto_scaling_group",
        delete="delete_auto_scaling_group",
        named={"AutoScalingGroupName": "id"},
        renamed={
            "name": "AutoScalingGroupName",
            "launchConfiguration": "LaunchConfigurationName",
            "loadBalancers": "LoadBalancerNames",
            "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
            "initialLifecycleHooks": "LifecycleHookSpecificationList",
        },
        deleted_with={"ForceDelete": True},
    )
    replace_on = frozenset({"name", "namePrefix"})

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        parameters = super().parameters(client, call, new)
        template, subnets = new.get("launchTemplate"), new.get("vpcZoneIdentifiers")
        if template:
            parameters["LaunchTemplate"] = {_TEMPLATE[key]: value for key, value in template.items() if value}
        if subnets:
            parameters["VPCZoneIdentifier"] = ",".join(subnets)
        tags = new.get("tags")
        if tags and call == self.calls.create:
            parameters["Tags"] = _tags(new["name"], tags)
        return parameters

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        # CreateAutoScalingGroup answers nothing.
        client = aws.client("autoscaling")
        groups = client.describe_auto_scaling_groups(AutoScalingGroupNames=[new["name"]])["AutoScalingGroups"]
        group = first(groups, f"Auto Scaling group {new['name']}")
        return {"arn": group["AutoScalingGroupARN"], "desiredCapacity": group["DesiredCapacity"]}

    def retag(self, aws: Aws, new: Inputs, old: Resource) -> None:
        """Tags of a group are a list of its own form."""
        client, group = aws.client("autoscaling"), id_of(old)
        wanted, before = new.get("tags", []), old.inputs.get("tags") or []
        gone = [tag for tag in before if tag["key"] not in {one["key"] for one in wanted}]
        if gone:
            client.delete_tags(Tags=_tags(group, gone))
        if wanted and wanted != before:
            client.create_or_update_tags(Tags=_tags(group, wanted))


def _tags(group: str, tags: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": group,
            "ResourceType": "auto-scaling-group",
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": bool(tag.get("propagateAtLaunch")),
        }
        for tag in tags
    ]


class Policy(ModelProvisioner):
    """Its id is its name."""

    type = "autoscaling/policy:Policy"
    calls = Calls(
        service="autoscaling",
        create="put_scaling_policy",
        update="put_scaling_policy",
        delete="delete_policy",
        named={"AutoScalingGroupName": "autoscalingGroupName", "PolicyName": "id"},
        computed={"arn": "PolicyARN"},
        renamed={"name": "PolicyName"},
    )
    replace_on = frozenset({"name", "autoscalingGroupName"})


PROVISIONERS = (Group, Policy)
