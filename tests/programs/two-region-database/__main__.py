"""A hospital's databases: each has a copy in a second region, made in one of the three ways that RDS has."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
password = pulumi.Output.secret("correct-horse-battery")
there = aws.Provider("there", region="eu-central-1")

wards = aws.rds.Instance(
    "wards",
    engine="postgres",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    db_name="wards",
    username="head_nurse",
    password=password,
    backup_retention_period=1,
    skip_final_snapshot=True,
)
patients = aws.rds.GlobalCluster(
    "patients", global_cluster_identifier="patients", engine="aurora-postgresql", database_name="patients"
)
writer = aws.rds.Cluster(
    "patients-here",
    global_cluster_identifier=patients.id,
    engine=aws.rds.EngineType.AURORA_POSTGRESQL,
    engine_version=patients.engine_version,
    database_name="patients",
    master_username="registrar",
    master_password=password,
    skip_final_snapshot=True,
)
first = aws.rds.ClusterInstance(
    "patients-here",
    cluster_identifier=writer.id,
    engine=aws.rds.EngineType.AURORA_POSTGRESQL,
    instance_class="db.r6g.large",
)
beds = aws.rds.Cluster(
    "beds",
    engine=aws.rds.EngineType.AURORA_MYSQL,
    database_name="beds",
    master_username="porter",
    master_password=password,
    skip_final_snapshot=True,
)
pulumi.export("patients", patients.id)
pulumi.export("writer", writer.arn)

if config.get_bool("copies") is not False:
    # A replica of an instance, by the ARN of its source.
    aws.rds.Instance(
        "wards-copy",
        replicate_source_db=wards.arn,
        instance_class="db.t4g.micro",
        skip_final_snapshot=True,
        opts=pulumi.ResourceOptions(provider=there),
    )
    # A second cluster of a global database follows the first.
    reader = aws.rds.Cluster(
        "patients-there",
        global_cluster_identifier=patients.id,
        engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        engine_version=patients.engine_version,
        skip_final_snapshot=True,
        opts=pulumi.ResourceOptions(provider=there, depends_on=[first]),
    )
    # A replica of a cluster.
    beds_copy = aws.rds.Cluster(
        "beds-copy",
        engine=aws.rds.EngineType.AURORA_MYSQL,
        replication_source_identifier=beds.arn,
        skip_final_snapshot=True,
        opts=pulumi.ResourceOptions(provider=there),
    )
    pulumi.export("reader", reader.arn)
    pulumi.export("reader_user", reader.master_username)
    pulumi.export("beds_copy", {"user": beds_copy.master_username, "source": beds_copy.replication_source_identifier})
