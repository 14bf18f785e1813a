import json

import pulumi
import pulumi_aws as aws


class Sensor(pulumi.ComponentResource):
    """A function behind the readings of one hive."""

    def __init__(self, name: str, readings: aws.dynamodb.Table, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("bees:index:Sensor", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        self.role = aws.iam.Role(f"{name}-role", assume_role_policy=trust, opts=inside)
        aws.iam.RolePolicyAttachment(
            f"{name}-readings",
            role=self.role.name,
            policy_arn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",  # expect: IAM114
            opts=inside,
        )
        self.register_outputs({})


readings = aws.dynamodb.Table(
    "readings",
    billing_mode="PAY_PER_REQUEST",
    hash_key="hive",
    attributes=[{"name": "hive", "type": "S"}],
)
Sensor("north", readings)
