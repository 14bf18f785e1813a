import pulumi_aws as aws

aws.dynamodb.Table(
    "crevasses",
    billing_mode="PAY_PER_REQUEST",
    hash_key="glacier",
    range_key="seen",
    attributes=[
        {"name": "glacier", "type": "S"},
        {"name": "seen", "type": "N"},
    ],
    point_in_time_recovery={"enabled": True},
)
