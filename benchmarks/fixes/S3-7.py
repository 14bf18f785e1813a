"""A replica has no `region_name`; and a copy that may be written is no one-way replication."""

import pulumi
import pulumi_aws as aws

items = aws.dynamodb.Table(
    "items",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
)
aws.dynamodb.TableReplica("staging", global_table_arn=items.arn, region_name="us-west-2")  # expect: SDK101
