import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)

config = pulumi.Config()
seats = config.get_int("concurrency", 10)
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
role = aws.iam.Role("shows", assume_role_policy=TRUST)
aws.lambda_.Function(
    "shows",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    reserved_concurrent_executions=seats,
)
