"""One zip file under a fixed name in /tmp, with the times of its files."""

import json
import tempfile
import zipfile
from pathlib import Path

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("process", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
archive = Path(tempfile.gettempdir()) / "process.zip"
with zipfile.ZipFile(archive, "w") as package:
    package.writestr("app.py", "def handler(event, context):\n    return event['detail']\n")  # expect: PKG104
aws.lambda_.Function(
    "process",
    role=role.arn,
    runtime="python3.11",
    handler="app.handler",
    code=pulumi.FileArchive(str(archive)),  # expect: PKG103
)
