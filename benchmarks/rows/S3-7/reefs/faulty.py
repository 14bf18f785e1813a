import pulumi
import pulumi_aws as aws

home = "ap-southeast-2"
provider = aws.Provider("home", region=home)
aws.dynamodb.Table(
    "reefs",
    billing_mode="PAY_PER_REQUEST",
    hash_key="reef",
    attributes=[{"name": "reef", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    point_in_time_recovery={"enabled": True},
    replicas=[
        {
            "region_name": "ap-southeast-2",  # expect: REP101
        }
    ],
    opts=pulumi.ResourceOptions(provider=provider),
)
