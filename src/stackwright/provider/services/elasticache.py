"""Amazon ElastiCache: the control plane; a cache runs only where the emulator finds Docker.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, found

_TAGGING: Final = Tagging("add_tags_to_resource", "remove_tags_from_resource", "ResourceName")


class SubnetGroup(ModelProvisioner):
    type = "elasticache/subnetGroup:SubnetGroup"
    calls = Calls(
        service="elasticache",
        create="create_cache_subnet_group",
        update="modify_cache_subnet_group",
        delete="delete_cache_subnet_group",
        named={"CacheSubnetGroupName": "id"},
        computed={"arn": "CacheSubnetGroup.ARN", "vpcId": "CacheSubnetGroup.VpcId"},
        renamed={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        generated=("name", "description"),
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name"})


class ParameterGroup(ModelProvisioner):
    type = "elasticache/parameterGroup:ParameterGroup"
    calls = Calls(
        service="elasticache",
        create="create_cache_parameter_group",
        delete="delete_cache_parameter_group",
        named={"CacheParameterGroupName": "id"},
        computed={"arn": "CacheParameterGroup.ARN"},
        renamed={"name": "CacheParameterGroupName", "family": "CacheParameterGroupFamily"},
        generated=("name", "description"),
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name", "family", "description"})

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        _set_parameters(aws, new["name"], new.get("parameters"))
        return super().outputs(aws, new, answer)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if new.get("parameters") != old.inputs.get("parameters"):
            _set_parameters(aws, id_of(old), new.get("parameters"))
        return super().update(aws, new, old)


def _set_parameters(aws: Aws, group: str, parameters: list[Mapping[str, Any]] | None) -> None:
    if parameters:
        settings = [{"ParameterName": one["name"], "ParameterValue": str(one["value"])} for one in parameters]
        aws.client("elasticache").modify_cache_parameter_group(
            CacheParameterGroupName=group, ParameterNameValues=settings
        )


class ReplicationGroup(ModelProvisioner):
    type = "elasticache/replicationGroup:ReplicationGroup"
    calls = Calls(
        service="elasticache",
        create="create_replication_group",
        update="modify_replication_group",
        delete="delete_replication_group",
        named={"ReplicationGroupId": "id"},
        computed={
            "arn": "ReplicationGroup.ARN",
            "clusterEnabled": "ReplicationGroup.ClusterEnabled",
            "memberClusters": "ReplicationGroup.MemberClusters",
            "configurationEndpointAddress": "ReplicationGroup.ConfigurationEndpoint.Address",
            "primaryEndpointAddress": "ReplicationGroup.NodeGroups.0.PrimaryEndpoint.Address",
            "readerEndpointAddress": "ReplicationGroup.NodeGroups.0.ReaderEndpoint.Address",
        },
        renamed={
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "securityGroupNames": "CacheSecurityGroupNames",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "nodeGroupConfigurations": "NodeGroupConfiguration",
        },
        generated=("replicationGroupId",),
        # No maintenance window ever comes here.
        updated_with={"ApplyImmediately": True},
        tagging=_TAGGING,
    )
    replace_on = frozenset(
        {
            "replicationGroupId",
            "engine",
            "subnetGroupName",
            "port",
            "atRestEncryptionEnabled",
            "kmsKeyId",
            "snapshotName",
            "snapshotArns",
            "preferredCacheClusterAzs",
            "numCacheClusters",
            "numNodeGroups",
            "replicasPerNodeGroup",
        }
    )


class Cluster(ModelProvisioner):
    type = "elasticache/cluster:Cluster"
    calls = Calls(
        service="elasticache",
        create="create_cache_cluster",
        update="modify_cache_cluster",
        delete="delete_cache_cluster",
        named={"CacheClusterId": "id"},
        computed={"arn": "CacheCluster.ARN", "engineVersionActual": "CacheCluster.EngineVersion"},
        renamed={
            "clusterId": "CacheClusterId",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "availabilityZone": "PreferredAvailabilityZone",
        },
        generated=("clusterId",),
        # No maintenance window ever comes here.
        updated_with={"ApplyImmediately": True},
        tagging=_TAGGING,
    )
    replace_on = frozenset(
        {"clusterId", "engine", "nodeType", "port", "subnetGroupName", "replicationGroupId", "availabilityZone"}
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        nodes = [
            {
                "id": node["CacheNodeId"],
                "address": found(node, "Endpoint.Address") or "",
                "port": found(node, "Endpoint.Port") or 0,
                "availabilityZone": node.get("CustomerAvailabilityZone", ""),
                "outpostArn": "",
            }
            for node in answer["CacheCluster"].get("CacheNodes") or []
        ]
        address = nodes[0]["address"] if nodes else ""
        return {**super().outputs(aws, new, answer), "cacheNodes": nodes, "clusterAddress": address}


class ServerlessCache(ModelProvisioner):
    type = "elasticache/serverlessCache:ServerlessCache"
    calls = Calls(
        service="elasticache",
        create="create_serverless_cache",
        update="modify_serverless_cache",
        delete="delete_serverless_cache",
        named={"ServerlessCacheName": "id"},
        computed={
            "arn": "ServerlessCache.ARN",
            "status": "ServerlessCache.Status",
            "fullEngineVersion": "ServerlessCache.FullEngineVersion",
        },
        renamed={"name": "ServerlessCacheName"},
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name", "kmsKeyId", "subnetIds", "snapshotArnsToRestores", "networkType"})

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        made = answer["ServerlessCache"]
        ends = {"endpoints": made.get("Endpoint"), "readerEndpoints": made.get("ReaderEndpoint")}
        listed = {k: [{"address": v["Address"], "port": v["Port"]}] if v else [] for k, v in ends.items()}
        return {**super().outputs(aws, new, answer), **listed}


PROVISIONERS = (SubnetGroup, ParameterGroup, ReplicationGroup, Cluster, ServerlessCache)
