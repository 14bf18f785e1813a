"""Amazon RDS and Aurora: the control plane; a database runs only where the emulator finds Docker.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.local.aws import Aws
from stackwright.local.provisioner import Inputs, id_of
from stackwright.local.services._plain import Calls, Plain, Tagging, found

_TAGGING: Final = Tagging("add_tags_to_resource", "remove_tags_from_resource", "ResourceName")
# No maintenance window ever comes here.
_AT_ONCE: Final = {"ApplyImmediately": True}


class SubnetGroup(Plain):
    type = "rds/subnetGroup:SubnetGroup"
    calls = Calls(
        service="rds",
        create="create_db_subnet_group",
        update="modify_db_subnet_group",
        delete="delete_db_subnet_group",
        named={"DBSubnetGroupName": "id"},
        computed={
            "arn": "DBSubnetGroup.DBSubnetGroupArn",
            "vpcId": "DBSubnetGroup.VpcId",
            "supportedNetworkTypes": "DBSubnetGroup.SupportedNetworkTypes",
        },
        renamed={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        generated=("name", "description"),
        tagging=_TAGGING,
    )
    replace_on = frozenset({"name", "namePrefix"})


class _Parameters(Plain):
    """A group and its parameters, which have a call of their own."""

    replace_on = frozenset({"name", "namePrefix", "family", "description"})
    modify_call: str

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        self._set(aws, new["name"], new.get("parameters"))
        return super().outputs(aws, new, answer)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if new.get("parameters") != old.inputs.get("parameters"):
            self._set(aws, id_of(old), new.get("parameters"))
        return super().update(aws, new, old)

    def _set(self, aws: Aws, group: str, parameters: list[Mapping[str, Any]] | None) -> None:
        if parameters:
            settings = [
                {
                    "ParameterName": one["name"],
                    "ParameterValue": str(one["value"]),
                    "ApplyMethod": one.get("applyMethod") or "immediate",
                }
                for one in parameters
            ]
            name = next(iter(self.calls.named))
            getattr(aws.client("rds"), self.modify_call)(**{name: group, "Parameters": settings})


class ParameterGroup(_Parameters):
    type = "rds/parameterGroup:ParameterGroup"
    calls = Calls(
        service="rds",
        create="create_db_parameter_group",
        delete="delete_db_parameter_group",
        named={"DBParameterGroupName": "id"},
        computed={"arn": "DBParameterGroup.DBParameterGroupArn"},
        renamed={"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"},
        generated=("name", "description"),
        tagging=_TAGGING,
    )
    modify_call = "modify_db_parameter_group"


class ClusterParameterGroup(_Parameters):
    type = "rds/clusterParameterGroup:ClusterParameterGroup"
    calls = Calls(
        service="rds",
        create="create_db_cluster_parameter_group",
        delete="delete_db_cluster_parameter_group",
        named={"DBClusterParameterGroupName": "id"},
        computed={"arn": "DBClusterParameterGroup.DBClusterParameterGroupArn"},
        renamed={"name": "DBClusterParameterGroupName", "family": "DBParameterGroupFamily"},
        generated=("name", "description"),
        tagging=_TAGGING,
    )
    modify_call = "modify_db_cluster_parameter_group"


class Cluster(Plain):
    type = "rds/cluster:Cluster"
    calls = Calls(
        service="rds",
        create="create_db_cluster",
        update="modify_db_cluster",
        delete="delete_db_cluster",
        named={"DBClusterIdentifier": "id"},
        computed={
            "arn": "DBCluster.DBClusterArn",
            "endpoint": "DBCluster.Endpoint",
            "readerEndpoint": "DBCluster.ReaderEndpoint",
            "clusterResourceId": "DBCluster.DbClusterResourceId",
            "hostedZoneId": "DBCluster.HostedZoneId",
            "port": "DBCluster.Port",
            "engineVersion": "DBCluster.EngineVersion",
            "engineVersionActual": "DBCluster.EngineVersion",
            "availabilityZones": "DBCluster.AvailabilityZones",
            "masterUsername": "DBCluster.MasterUsername",
        },
        renamed={
            "clusterIdentifier": "DBClusterIdentifier",
            "masterPassword": "MasterUserPassword",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
            "serverlessv2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
        },
        generated=("clusterIdentifier",),
        updated_with=_AT_ONCE,
        deleted_with={"SkipFinalSnapshot": True},
        tagging=_TAGGING,
    )
    replace_on = frozenset(
        {
            "clusterIdentifier",
            "clusterIdentifierPrefix",
            "engine",
            "engineMode",
            "databaseName",
            "masterUsername",
            "dbSubnetGroupName",
            "availabilityZones",
            "kmsKeyId",
            "storageEncrypted",
            "snapshotIdentifier",
            "sourceRegion",
        }
    )

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().outputs(aws, new, answer), "masterUserSecrets": _secrets(answer, "DBCluster")}


def _secrets(answer: Mapping[str, Any], described: str) -> list[dict[str, str]]:
    secret = found(answer, f"{described}.MasterUserSecret")
    return [{"secretArn": secret["SecretArn"], "secretStatus": "active", "kmsKeyId": ""}] if secret else []


class ClusterInstance(Plain):
    type = "rds/clusterInstance:ClusterInstance"
    replace_on = frozenset(
        {"identifier", "identifierPrefix", "clusterIdentifier", "engine", "engineVersion", "availabilityZone"}
    )
    calls = Calls(
        service="rds",
        create="create_db_instance",
        update="modify_db_instance",
        delete="delete_db_instance",
        named={"DBInstanceIdentifier": "id"},
        computed={
            "arn": "DBInstance.DBInstanceArn",
            "endpoint": "DBInstance.Endpoint.Address",
            "port": "DBInstance.Endpoint.Port",
            "dbiResourceId": "DBInstance.DbiResourceId",
            "engineVersionActual": "DBInstance.EngineVersion",
            "availabilityZone": "DBInstance.AvailabilityZone",
        },
        renamed={
            "identifier": "DBInstanceIdentifier",
            "clusterIdentifier": "DBClusterIdentifier",
            "instanceClass": "DBInstanceClass",
            "caCertIdentifier": "CACertificateIdentifier",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
        },
        generated=("identifier",),
        updated_with=_AT_ONCE,
        deleted_with={"SkipFinalSnapshot": True},
        tagging=_TAGGING,
    )


class Instance(Plain):
    """Its id is AWS's own, `db-…`; calls name it by its identifier."""

    type = "rds/instance:Instance"
    replace_on = frozenset(
        {
            "identifier",
            "identifierPrefix",
            "engine",
            "username",
            "dbName",
            "dbSubnetGroupName",
            "availabilityZone",
            "kmsKeyId",
            "storageEncrypted",
            "snapshotIdentifier",
            "replicateSourceDb",
            "characterSetName",
            "timezone",
        }
    )
    calls = Calls(
        service="rds",
        create="create_db_instance",
        update="modify_db_instance",
        delete="delete_db_instance",
        named={"DBInstanceIdentifier": "identifier"},
        identified="DBInstance.DbiResourceId",
        computed={
            "arn": "DBInstance.DBInstanceArn",
            "address": "DBInstance.Endpoint.Address",
            "port": "DBInstance.Endpoint.Port",
            "hostedZoneId": "DBInstance.Endpoint.HostedZoneId",
            "resourceId": "DBInstance.DbiResourceId",
            "status": "DBInstance.DBInstanceStatus",
            "engineVersion": "DBInstance.EngineVersion",
            "engineVersionActual": "DBInstance.EngineVersion",
            "availabilityZone": "DBInstance.AvailabilityZone",
            "username": "DBInstance.MasterUsername",
        },
        renamed={
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "username": "MasterUsername",
            "password": "MasterUserPassword",
            "parameterGroupName": "DBParameterGroupName",
            "backupWindow": "PreferredBackupWindow",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "caCertIdentifier": "CACertificateIdentifier",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
        },
        generated=("identifier",),
        updated_with=_AT_ONCE,
        deleted_with={"SkipFinalSnapshot": True},
        tagging=_TAGGING,
    )

    def looked_up(self, aws: Aws, new: Inputs) -> dict[str, Any]:
        """A replica is an instance like its source, which an ARN may name in another region."""
        source = str(new.get("replicateSourceDb") or "")
        if not source:
            return {}
        arn = source.split(":") if source.startswith("arn:") else []
        client = aws.client("rds", arn[3] if arn else "")
        described = client.describe_db_instances(DBInstanceIdentifier=source.rpartition(":")[2])["DBInstances"][0]
        keys = ("Engine", "EngineVersion", "MasterUsername", "AllocatedStorage")
        return {key: described[key] for key in keys if key in described}

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        made = super().outputs(aws, new, answer)
        return {
            **made,
            "endpoint": f"{made.get('address', '')}:{made.get('port', '')}",
            "masterUserSecrets": _secrets(answer, "DBInstance"),
        }


class GlobalCluster(Plain):
    type = "rds/globalCluster:GlobalCluster"
    calls = Calls(
        service="rds",
        create="create_global_cluster",
        update="modify_global_cluster",
        delete="delete_global_cluster",
        named={"GlobalClusterIdentifier": "id"},
        computed={
            "arn": "GlobalCluster.GlobalClusterArn",
            "globalClusterResourceId": "GlobalCluster.GlobalClusterResourceId",
            "engineVersion": "GlobalCluster.EngineVersion",
            "engineVersionActual": "GlobalCluster.EngineVersion",
            "endpoint": "GlobalCluster.Endpoint",
        },
        generated=(),
        tagging=_TAGGING,
    )
    replace_on = frozenset({"globalClusterIdentifier", "databaseName", "engine", "storageEncrypted"})


PROVISIONERS = (SubnetGroup, ParameterGroup, ClusterParameterGroup, Cluster, ClusterInstance, Instance, GlobalCluster)
