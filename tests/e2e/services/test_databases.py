"""RDS and ElastiCache, seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.errors import ResourceError

pytestmark = pytest.mark.e2e


@pytest.fixture
def subnets(aws: Any) -> list[str]:
    return [one["SubnetId"] for one in aws.client("ec2").describe_subnets()["Subnets"]][:2]


def tags(aws: Any, service: str, arn: str) -> dict[str, str]:
    found = aws.client(service).list_tags_for_resource(ResourceName=arn)["TagList"]
    return {one["Key"]: one["Value"] for one in found}


def test_db_subnet_group(aws: Any, subnets: list[str]) -> None:
    made = aws.create("rds/subnetGroup:SubnetGroup", "db", subnetIds=subnets, tags={"a": "1", "b": "2"})
    found = aws.client("rds").describe_db_subnet_groups(DBSubnetGroupName=made.id)["DBSubnetGroups"][0]
    assert [one["SubnetIdentifier"] for one in found["Subnets"]] == subnets
    assert (found["DBSubnetGroupArn"], found["VpcId"]) == (made.outputs["arn"], made.outputs["vpcId"])
    aws.update(made, subnetIds=subnets[:1], description="one", tags={"a": "3"})
    found = aws.client("rds").describe_db_subnet_groups(DBSubnetGroupName=made.id)["DBSubnetGroups"][0]
    assert (len(found["Subnets"]), found["DBSubnetGroupDescription"]) == (1, "one")
    assert tags(aws, "rds", made.outputs["arn"]) == {"a": "3"}
    assert made.simulated == {}
    aws.delete(made)
    aws.delete(made)


def test_instance_with_its_group(aws: Any, subnets: list[str]) -> None:
    group = aws.create("rds/subnetGroup:SubnetGroup", "db", subnetIds=subnets)
    parameters = aws.create(
        "rds/parameterGroup:ParameterGroup",
        "p",
        family="postgres15",
        parameters=[{"name": "log_connections", "value": "1"}],
    )
    inputs = {
        "engine": "postgres",
        "instanceClass": "db.t3.micro",
        "allocatedStorage": 20,
        "username": "master",
        "password": "a-password",
        "dbName": "app",
        "dbSubnetGroupName": group.id,
        "parameterGroupName": parameters.id,
        "skipFinalSnapshot": True,
        "multiAz": True,
        "storageEncrypted": True,
    }
    made = aws.create("rds/instance:Instance", "db", **inputs, tags={"a": "1"})
    identifier = made.outputs["identifier"]
    found = aws.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    assert (found["DBName"], found["MultiAZ"], found["AllocatedStorage"]) == ("app", True, 20)
    assert made.outputs["endpoint"] == f"{made.outputs['address']}:{made.outputs['port']}"
    assert made.simulated == {}
    assert made.id == found["DbiResourceId"]
    aws.update(made, **{**inputs, "instanceClass": "db.t3.small"}, tags={"b": "2"})
    found = aws.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    assert found["DBInstanceClass"] == "db.t3.small"
    assert tags(aws, "rds", made.outputs["arn"]) == {"b": "2"}
    aws.update(parameters, family="postgres15", parameters=[{"name": "log_connections", "value": "0"}])
    for gone in (made, made, parameters, parameters, group):
        aws.delete(gone)


def test_replica_is_like_its_source(aws: Any) -> None:
    source = aws.create(
        "rds/instance:Instance",
        "source",
        engine="mysql",
        instanceClass="db.t3.micro",
        allocatedStorage=20,
        username="master",
        password="a-password",
    )
    replica = aws.create(
        "rds/instance:Instance",
        "replica",
        instanceClass="db.t3.micro",
        replicateSourceDb=source.outputs["identifier"],
        skipFinalSnapshot=True,
    )
    found = aws.client("rds").describe_db_instances(DBInstanceIdentifier=replica.outputs["identifier"])["DBInstances"]
    assert found[0]["Engine"] == "mysql"
    aws.delete(replica)
    aws.delete(source)


def test_any_version_of_aurora_and_a_replica_by_arn_in_another_region(aws: Any) -> None:
    """Patch ``engine_versions``: the emulator's list, which ends at some day, refuses nothing."""
    cluster = aws.create(
        "rds/cluster:Cluster",
        "c",
        engine="aurora-postgresql",
        engineVersion="99.1",
        masterUsername="master",
        masterPassword="a-password",
        skipFinalSnapshot=True,
    )
    assert cluster.outputs["engineVersion"] == "99.1"
    aws.delete(cluster)
    cache = aws.create("elasticache/serverlessCache:ServerlessCache", "s", engine="valkey", majorEngineVersion="99")
    assert cache.outputs["fullEngineVersion"] == "99.0"
    aws.delete(cache)
    shared = {"instanceClass": "db.t3.micro", "skipFinalSnapshot": True}
    source = aws.create(
        "rds/instance:Instance",
        "source",
        engine="postgres",
        allocatedStorage=20,
        username="master",
        password="a-password",
        **shared,
    )
    far = aws.create(
        "rds/instance:Instance", "far", replicateSourceDb=source.outputs["arn"], region="eu-central-1", **shared
    )
    assert far.outputs["username"] == "master"
    assert ":eu-central-1:" in far.outputs["arn"]
    aws.delete(far)
    aws.delete(source)


def test_aurora_cluster_and_instance(aws: Any) -> None:
    parameters = aws.create("rds/clusterParameterGroup:ClusterParameterGroup", "p", family="aurora-postgresql15")
    inputs = {
        "engine": "aurora-postgresql",
        "masterUsername": "master",
        "masterPassword": "a-password",
        "databaseName": "app",
        "dbClusterParameterGroupName": parameters.id,
        "skipFinalSnapshot": True,
    }
    cluster = aws.create("rds/cluster:Cluster", "main", **inputs)
    instance = aws.create(
        "rds/clusterInstance:ClusterInstance",
        "one",
        clusterIdentifier=cluster.id,
        engine="aurora-postgresql",
        instanceClass="db.r6g.large",
    )
    found = aws.client("rds").describe_db_clusters(DBClusterIdentifier=cluster.id)["DBClusters"][0]
    assert (cluster.outputs["arn"], found["DatabaseName"]) == (found["DBClusterArn"], "app")
    assert [one["DBInstanceIdentifier"] for one in found["DBClusterMembers"]] == [instance.id]
    aws.update(cluster, **inputs, backupRetentionPeriod=7)
    found = aws.client("rds").describe_db_clusters(DBClusterIdentifier=cluster.id)["DBClusters"][0]
    assert found["BackupRetentionPeriod"] == 7
    for gone in (instance, instance, cluster, cluster, parameters):
        aws.delete(gone)


def test_global_cluster(aws: Any, unique: str) -> None:
    made = aws.create(
        "rds/globalCluster:GlobalCluster", "g", globalClusterIdentifier=unique, engine="aurora-postgresql"
    )
    assert made.id == unique
    assert made.outputs["arn"].endswith(unique)
    aws.update(made, globalClusterIdentifier=unique, engine="aurora-postgresql", deletionProtection=False)
    aws.delete(made)
    aws.delete(made)


def test_replication_group_of_a_cache(aws: Any, subnets: list[str]) -> None:
    group = aws.create("elasticache/subnetGroup:SubnetGroup", "cache", subnetIds=subnets)
    parameters = aws.create(
        "elasticache/parameterGroup:ParameterGroup",
        "p",
        family="redis7",
        parameters=[{"name": "maxmemory-policy", "value": "allkeys-lru"}],
    )
    inputs = {
        "description": "sessions",
        "engine": "redis",
        "nodeType": "cache.t3.micro",
        "numCacheClusters": 2,
        "automaticFailoverEnabled": True,
        "subnetGroupName": group.id,
        "parameterGroupName": parameters.id,
        "atRestEncryptionEnabled": True,
    }
    made = aws.create("elasticache/replicationGroup:ReplicationGroup", "r", **inputs, tags={"a": "1"})
    client = aws.client("elasticache")
    found = client.describe_replication_groups(ReplicationGroupId=made.id)["ReplicationGroups"][0]
    assert (found["Description"], len(found["MemberClusters"])) == ("sessions", 2)
    assert made.outputs["primaryEndpointAddress"] == found["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    aws.update(made, **{**inputs, "description": "others"}, tags={"b": "2"})
    found = client.describe_replication_groups(ReplicationGroupId=made.id)["ReplicationGroups"][0]
    assert found["Description"] == "others"
    assert tags(aws, "elasticache", made.outputs["arn"]) == {"b": "2"}
    for gone in (made, made, parameters, parameters, group, group):
        aws.delete(gone)


def test_cache_cluster_and_serverless_cache(aws: Any) -> None:
    cluster = aws.create("elasticache/cluster:Cluster", "c", engine="redis", nodeType="cache.t3.micro", numCacheNodes=1)
    assert cluster.outputs["cacheNodes"][0]["port"] == 6379
    cache = aws.create("elasticache/serverlessCache:ServerlessCache", "s", engine="redis", description="one")
    assert cache.outputs["endpoints"][0]["port"] == 6379
    aws.update(cache, engine="redis", description="two")
    found = aws.client("elasticache").describe_serverless_caches(ServerlessCacheName=cache.id)["ServerlessCaches"][0]
    assert found["Description"] == "two"
    for gone in (cluster, cluster, cache, cache):
        aws.delete(gone)


def test_a_global_cluster_and_its_members(aws: Any, unique: str) -> None:
    shared = {"engine": "aurora-postgresql", "skipFinalSnapshot": True}
    writer = aws.create("rds/cluster:Cluster", "w", masterUsername="master", masterPassword="a-password", **shared)
    world = aws.create(
        "rds/globalCluster:GlobalCluster",
        "world",
        globalClusterIdentifier=unique,
        sourceDbClusterIdentifier=writer.outputs["arn"],
        forceDestroy=True,
    )
    assert world.outputs["engine"] == "aurora-postgresql"
    assert world.outputs["globalClusterMembers"] == [{"dbClusterArn": writer.outputs["arn"], "isWriter": True}]
    inputs = {**shared, "globalClusterIdentifier": unique, "region": "eu-central-1"}
    reader = aws.create("rds/cluster:Cluster", "r", **inputs)
    with pytest.raises(ResourceError, match="cannot be added to the global cluster 'another'"):
        aws.update(reader, **{**inputs, "globalClusterIdentifier": "another"})

    def members() -> list[str]:
        (found,) = aws.client("rds").describe_global_clusters(GlobalClusterIdentifier=unique)["GlobalClusters"]
        return [member["DBClusterArn"] for member in found["GlobalClusterMembers"]]

    assert sorted(members()) == sorted([writer.outputs["arn"], reader.outputs["arn"]])
    left = aws.update(reader, **shared, region="eu-central-1")
    assert members() == [writer.outputs["arn"]]
    for gone in (left, world, world, writer):
        aws.delete(gone)


def test_a_cluster_replica_needs_its_source(aws: Any) -> None:
    missing = f"arn:aws:rds:us-east-1:{aws.endpoint.account}:cluster:missing"
    with pytest.raises(ResourceError, match="missing"):
        aws.create("rds/cluster:Cluster", "c", engine="aurora-mysql", replicationSourceIdentifier=missing)
