import pulumi_aws as aws
from quarry import grants

scales = [
    aws.dynamodb.Table(
        name,
        attributes=[{"name": "load", "type": "S"}],
        hash_key="load",
        billing_mode="PAY_PER_REQUEST",
    )
    for name in ("gate", "pit")
]
grants.readers("clerks", [scale.arn for scale in scales])
