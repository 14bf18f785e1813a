import pulumi
import pulumi_aws as aws

maps = aws.dynamodb.Table(
    "maps",
    attributes=[{"name": "id", "type": "S"}],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
)
aws.dynamodb.TableReplica("maps", global_table_arn=maps.arn, region_name="eu-west-1")  # expect: SDK101
