import json

import pulumi
import pulumi_aws as aws

passages = aws.dynamodb.Table(
    "passages", billing_mode="PAY_PER_REQUEST", hash_key="plate", attributes=[{"name": "plate", "type": "S"}]
)
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("toll", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
rights = [{"Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:GetItem"], "Resource": [passages.arn]}]
aws.iam.RolePolicy(
    "toll",
    role=role.id,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": rights}),
)
aws.lambda_.Function(
    "toll",
    role=role.arn,
    runtime="python3.13",
    handler="toll.handler",
    code=pulumi.AssetArchive({"toll.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")}),
)
