import json

import pulumi
import pulumi_aws as aws
from network import Network

seeds = aws.dynamodb.Table(
    "seeds", billing_mode="PAY_PER_REQUEST", hash_key="seed", attributes=[{"name": "seed", "type": "S"}]
)
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
CODE = """
import os

import boto3

seeds = boto3.resource("dynamodb").Table(os.environ["SEEDS"])


def handler(event, context):
    return seeds.get_item(Key={"seed": event["seed"]}).get("Item")
"""


def vault(name: str, table: aws.dynamodb.Table, network: Network) -> None:
    role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]}))
    inside = aws.iam.RolePolicyAttachment(
        name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_VPC_ACCESS_EXECUTION_ROLE
    )
    get = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table.arn}
    policy = aws.iam.RolePolicy(
        name, role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [get]})
    )
    aws.lambda_.Function(
        name,
        role=role.arn,
        runtime="python3.12",
        handler="vault.handler",
        code=pulumi.AssetArchive({"vault.py": pulumi.StringAsset(CODE)}),
        environment={"variables": {"SEEDS": table.name}},
        vpc_config={
            "subnet_ids": [subnet.id for subnet in network.subnets],
            "security_group_ids": [network.group.id],
        },
        opts=pulumi.ResourceOptions(depends_on=[inside, policy]),
    )
