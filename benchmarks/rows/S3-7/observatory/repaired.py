import pulumi
import pulumi_aws as aws

prod = aws.dynamodb.Table(
    "comets-prod",
    billing_mode="PAY_PER_REQUEST",
    hash_key="comet",
    attributes=[{"name": "comet", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    point_in_time_recovery={"enabled": True},
    opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
)
aws.dynamodb.TableReplica("comets-prod-south", global_table_arn=prod.arn, region="eu-south-1")
