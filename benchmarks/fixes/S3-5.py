"""Policies attached inside `apply`: not in the preview, and nothing can wait for them."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("process", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
items = aws.dynamodb.Table(
    "items", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
)


def attach(arn):
    put = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": arn}
    document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [put]})
    return aws.iam.RolePolicy("items", role=role.id, policy=document)  # expect: OUT105


items.arn.apply(attach)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
process = aws.lambda_.Function("process", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
