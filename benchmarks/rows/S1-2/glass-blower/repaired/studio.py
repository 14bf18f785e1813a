import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role(
    "studio",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
aws.iam.RolePolicyAttachment("studio", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
studio = aws.lambda_.Function(
    "studio",
    role=role.arn,
    runtime="python3.12",
    handler="studio.handler",
    code=pulumi.AssetArchive({"studio.py": pulumi.StringAsset(code)}),
)
