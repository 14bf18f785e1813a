import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"


def worker(name: str) -> aws.lambda_.Function:
    role = aws.iam.Role(name, assume_role_policy=TRUST)
    aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
    return aws.lambda_.Function(
        name,
        role=role.arn,
        runtime="python3.12",
        handler="index.handler",
        code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(CODE)}),
    )
