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
    archive.writestr(zipfile.ZipInfo("app.py"), (HERE / "functions/app.py").read_bytes())
role = aws.iam.Role("oven", assume_role_policy=TRUST)
aws.lambda_.Function(
    "oven",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.FileArchive(str(target)),
)
