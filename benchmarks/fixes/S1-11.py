"""One wildcard in place of another: the logs of all functions of the account."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
allowed = [
    {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/*",
    },
]
rights = aws.iam.RolePolicy(
    "rights",
    role=role.id,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed}),  # expect: IAM113
)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function("upload", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
