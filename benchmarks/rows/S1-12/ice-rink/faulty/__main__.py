import json
from pathlib import Path

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

role = aws.iam.Role("rink", assume_role_policy=TRUST)
aws.lambda_.Function(
    "rink",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.FileArchive(str(Path.cwd() / "functions")),  # expect: PKG102
)
