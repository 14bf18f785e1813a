"""Amazon ECS: the control plane; containers run only where the emulator finds Docker.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, unless_gone
from stackwright.provider.services._shapes import changed_tags

_TAGGING: Final = Tagging(
    resource="resourceArn", at_creation="tags", entry=("key", "value"), tags="tags", keys="tagKeys"
)


class Cluster(ModelProvisioner):
    """Its id is its ARN."""

    type = "ecs/cluster:Cluster"
    calls = Calls(
        service="ecs",
        create="create_cluster",
        update="update_cluster",
        delete="delete_cluster",
        named={"cluster": "id"},
        identified="cluster.clusterArn",
        computed={"arn": "cluster.clusterArn"},
        renamed={"name": "clusterName"},
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name"})


class CapacityProvider(ModelProvisioner):
    """Its id is its ARN."""

    type = "ecs/capacityProvider:CapacityProvider"
    calls = Calls(
        service="ecs",
        create="create_capacity_provider",
        delete="delete_capacity_provider",
        named={"capacityProvider": "name"},
        identified="capacityProvider.capacityProviderArn",
        computed={"arn": "capacityProvider.capacityProviderArn"},
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name", "autoScalingGroupProvider", "managedInstancesProvider"})


class ClusterCapacityProviders(ModelProvisioner):
    type = "ecs/clusterCapacityProviders:ClusterCapacityProviders"
    calls = Calls(
        service="ecs",
        create="put_cluster_capacity_providers",
        update="put_cluster_capacity_providers",
        delete="put_cluster_capacity_providers",
        named={"cluster": "id"},
        renamed={"clusterName": "cluster", "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
        generated=("capacityProviders", "defaultCapacityProviderStrategies"),
        fixed={"capacityProviders": [], "defaultCapacityProviderStrategy": []},
        deleted_with={"capacityProviders": [], "defaultCapacityProviderStrategy": []},
    )
    replace_on = frozenset({"clusterName"})


class TaskDefinition(Provisioner):
    """Its id is the family; a change makes another revision."""

    type = "ecs/taskDefinition:TaskDefinition"
    replace_on = frozenset(
        {
            "family",
            "containerDefinitions",
            "cpu",
            "memory",
            "networkMode",
            "executionRoleArn",
            "taskRoleArn",
            "requiresCompatibilities",
            "runtimePlatform",
            "volumes",
            "placementConstraints",
            "proxyConfiguration",
            "ephemeralStorage",
            "pidMode",
            "ipcMode",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        given = {key: new.get(key) for key in self.replace_on if key not in ("containerDefinitions", "volumes")}
        containers = new["containerDefinitions"]
        tags = _TAGGING.form(aws.tags(new.get("tags")))
        made = aws.client("ecs").register_task_definition(
            **{key: value for key, value in given.items() if value is not None},
            containerDefinitions=json.loads(containers) if isinstance(containers, str) else containers,
            volumes=[_volume(one) for one in new.get("volumes", [])],
            **({"tags": tags} if tags else {}),
        )["taskDefinition"]
        arn = made["taskDefinitionArn"]
        outputs = {"arn": arn, "arnWithoutRevision": arn.rpartition(":")[0], "revision": made["revision"]}
        return Created(made["family"], outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        wanted, gone = changed_tags(aws, new, old)
        ecs, arn = aws.client("ecs"), old.outputs["arn"]
        if gone:
            ecs.untag_resource(resourceArn=arn, tagKeys=gone)
        if wanted:
            ecs.tag_resource(resourceArn=arn, tags=_TAGGING.form(wanted))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ecs, arn = aws.client("ecs"), old.outputs["arn"]
        unless_gone(lambda: ecs.deregister_task_definition(taskDefinition=arn))


def _volume(given: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        key: value for key, value in given.items() if value is not None and key not in ("hostPath", "configureAtLaunch")
    }
    return {**kept, "host": {"sourcePath": given["hostPath"]}} if given.get("hostPath") else kept


class Service(ModelProvisioner):
    """Its id is its ARN."""

    type = "ecs/service:Service"
    calls = Calls(
        service="ecs",
        create="create_service",
        update="update_service",
        delete="delete_service",
        named={"cluster": "cluster", "service": "name"},
        identified="service.serviceArn",
        computed={"arn": "service.serviceArn"},
        renamed={
            "name": "serviceName",
            "iamRole": "role",
            "capacityProviderStrategies": "capacityProviderStrategy",
            "orderedPlacementStrategies": "placementStrategy",
            "enableEcsManagedTags": "enableECSManagedTags",
        },
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name", "cluster", "launchType", "schedulingStrategy", "deploymentController"})

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        parameters = super().parameters(client, call, new)
        deployment = {
            **parameters.get("deploymentConfiguration", {}),
            **_given(new, {"deploymentMaximumPercent": "maximumPercent"}),
            **_given(new, {"deploymentMinimumHealthyPercent": "minimumHealthyPercent"}),
            **_given(new, {"deploymentCircuitBreaker": "deploymentCircuitBreaker"}),
        }
        network = new.get("networkConfiguration")
        if deployment:
            parameters["deploymentConfiguration"] = deployment
        if network:
            public = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
            awsvpc = {**network, "assignPublicIp": public}
            parameters["networkConfiguration"] = {"awsvpcConfiguration": awsvpc}
        return parameters

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().outputs(aws, new, answer), "cluster": new.get("cluster", "default")}

    def delete(self, aws: Aws, old: Resource) -> None:
        ecs, place = aws.client("ecs"), {"cluster": old.outputs["cluster"], "service": id_of(old).rpartition("/")[2]}
        unless_gone(lambda: ecs.delete_service(**place, force=True))


def _given(new: Inputs, names: Mapping[str, str]) -> dict[str, Any]:
    return {theirs: new.get(ours) for ours, theirs in names.items() if new.get(ours) is not None}


PROVISIONERS = (Cluster, CapacityProvider, ClusterCapacityProviders, TaskDefinition, Service)
