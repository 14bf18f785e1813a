import json
import os

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


class Worker:
    def __init__(self, name: str) -> None:
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)
        folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), "functions")
        self.function = aws.lambda_.Function(
            name,
            role=self.role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.FileArchive(folder),
        )
