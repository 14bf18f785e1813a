import json
import zipfile
from pathlib import Path

import pulumi
import pulumi_aws as aws

HERE = Path(__file__).parent
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)

target = HERE / "code.zip"
with zipfile.ZipFile(target, "w") as archive:
    archive.write(HERE / "functions/app.py", "app.py")  # expect: PKG104
role = aws.iam.Role("oven", assume_role_policy=TRUST)
aws.lambda_.Function(
    "oven",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.FileArchive(str(target)),
)
