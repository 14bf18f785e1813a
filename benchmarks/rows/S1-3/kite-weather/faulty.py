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

code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
role = aws.iam.Role("wind", assume_role_policy=TRUST)
aws.lambda_.Function(
    "wind",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    retry_attempts=2,  # expect: SDK101
)
