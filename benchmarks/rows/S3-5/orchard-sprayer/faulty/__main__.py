import pulumi_aws as aws
from orchard.roles import Roles

tanks = aws.dynamodb.Table(
    "tanks",
    attributes=[{"name": "tank", "type": "S"}],
    hash_key="tank",
    billing_mode="PAY_PER_REQUEST",
)
Roles("sprayer").may_read(tanks)
