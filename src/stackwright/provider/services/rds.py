"""Amazon RDS and Aurora: the control plane; a database runs only where the emulator finds Docker.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, found, unless_gone
from stackwright.provider.services._shapes import first

_TAGGING: Final = Tagging("add_tags_to_resource", "remove_tags_from_resource", "ResourceName")
# No maintenance window ever comes here.
_AT_ONCE: Final = {"ApplyImmediately": True}


class SubnetGroup(ModelProvisioner):
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


class _Parameters(ModelProvisioner):
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


class Cluster(ModelProvisioner):
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

    def looked_up(self, aws: Aws, new: Inputs) -> dict[str, Any]:
        """A replica has the user and the database of its source, a cluster or an instance that an ARN names."""
        source = str(new.get("replicationSourceIdentifier") or "")
        if not source or new.get("globalClusterIdentifier"):
            return {}
        described = _described(aws, source, "cluster")
        renamed = {"MasterUsername": "MasterUsername", "DatabaseName": "DatabaseName", "DBName": "DatabaseName"}
        return {parameter: described[key] for key, parameter in renamed.items() if described.get(key)}

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        made = super().outputs(aws, new, answer)
        database = found(answer, "DBCluster.DatabaseName")
        return {
            **made,
            **({"databaseName": database} if database else {}),
            "masterUserSecrets": _secrets(answer, "DBCluster"),
        }

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        """A cluster may leave its global cluster; to join one it has to be made anew, as the provider has it too."""
        before, now = old.inputs.get("globalClusterIdentifier"), new.get("globalClusterIdentifier")
        if now and now != before:
            raise ResourceError(
                f"an existing RDS cluster cannot be added to the global cluster {now!r}",
                fix="Name the cluster in source_db_cluster_identifier of the global cluster, or make a new one.",
            )
        if before and not now:
            _leave(aws, str(before), str(old.outputs["arn"]))
        return super().update(aws, new, old)

    def delete(self, aws: Aws, old: Resource) -> None:
        """A member of a global cluster leaves it first: AWS deletes none."""
        if member_of := old.inputs.get("globalClusterIdentifier"):
            _leave(aws, str(member_of), str(old.outputs["arn"]))
        super().delete(aws, old)


def _described(aws: Aws, source: str, kind: str) -> Mapping[str, Any]:
    """A `cluster` or instance (`db`) as AWS describes it, by its name, or by an ARN, maybe of another region."""
    arn = source.split(":") if source.startswith("arn:") else []
    client = aws.client("rds", arn[3] if arn else "")
    kind, name = (arn[5], arn[6]) if arn else (kind, source)
    if kind == "db":
        return first(client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"], f"RDS instance {source}")
    return first(client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"], f"RDS cluster {source}")


def _leave(aws: Aws, global_cluster: str, cluster_arn: str) -> None:
    names = {"GlobalClusterIdentifier": global_cluster, "DbClusterIdentifier": cluster_arn}
    unless_gone(lambda: aws.client("rds").remove_from_global_cluster(**names))


def _secrets(answer: Mapping[str, Any], described: str) -> list[dict[str, str]]:
    secret = found(answer, f"{described}.MasterUserSecret")
    return [{"secretArn": secret["SecretArn"], "secretStatus": "active", "kmsKeyId": ""}] if secret else []


class ClusterInstance(ModelProvisioner):
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


class Instance(ModelProvisioner):
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
        described = _described(aws, source, "db")
        keys = ("Engine", "EngineVersion", "MasterUsername", "AllocatedStorage")
        return {key: described[key] for key in keys if key in described}

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        made = super().outputs(aws, new, answer)
        inherited = {"engine": "Engine", "allocatedStorage": "AllocatedStorage", "dbName": "DBName"}
        copied = {k: found(answer, f"DBInstance.{v}") for k, v in inherited.items() if new.get("replicateSourceDb")}
        return {
            **{k: v for k, v in copied.items() if v},
            **made,
            "endpoint": f"{made.get('address', '')}:{made.get('port', '')}",
            "masterUserSecrets": _secrets(answer, "DBInstance"),
        }


class GlobalCluster(ModelProvisioner):
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
            "engine": "GlobalCluster.Engine",
        },
        generated=(),
        tagging=_TAGGING,
    )
    replace_on = frozenset({"globalClusterIdentifier", "databaseName", "engine", "storageEncrypted"})

    def outputs(self, aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
        members = found(answer, "GlobalCluster.GlobalClusterMembers") or []
        return {
            **super().outputs(aws, new, answer),
            "globalClusterMembers": [{"dbClusterArn": m["DBClusterArn"], "isWriter": m["IsWriter"]} for m in members],
        }

    def delete(self, aws: Aws, old: Resource) -> None:
        """With `forceDestroy` the members leave first, the one that writes as the last."""
        if old.inputs.get("forceDestroy"):
            client = aws.client("rds")
            described: list[Any] = []
            named = {"GlobalClusterIdentifier": id_of(old)}
            unless_gone(lambda: described.extend(client.describe_global_clusters(**named)["GlobalClusters"]))
            members = [member for one in described for member in one.get("GlobalClusterMembers", [])]
            for member in sorted(members, key=lambda m: bool(m["IsWriter"])):
                _leave(aws, id_of(old), member["DBClusterArn"])
        super().delete(aws, old)


PROVISIONERS = (SubnetGroup, ParameterGroup, ClusterParameterGroup, Cluster, ClusterInstance, Instance, GlobalCluster)
