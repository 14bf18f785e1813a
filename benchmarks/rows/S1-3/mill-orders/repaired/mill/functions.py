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


class Functions:
    def __init__(self, name: str) -> None:
        self.name = name
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)
        self.code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})

    def add(self, name: str, **settings) -> aws.lambda_.Function:
        retries = settings.pop("maximum_retry_attempts")
        function = aws.lambda_.Function(
            f"{self.name}-{name}",
            role=self.role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=self.code,
            **settings,
        )
        aws.lambda_.FunctionEventInvokeConfig(
            f"{self.name}-{name}", function_name=function.name, maximum_retry_attempts=retries
        )
        return function
