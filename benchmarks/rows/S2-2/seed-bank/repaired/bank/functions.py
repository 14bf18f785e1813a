import json

import pulumi
import pulumi_aws as aws

_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
_ROLE = aws.iam.Role("lend", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]}))
_SOURCE = pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n")
lend = aws.lambda_.Function(
    "lend",
    role=_ROLE.arn,
    runtime="python3.12",
    handler="lend.handler",
    code=pulumi.AssetArchive({"lend.py": _SOURCE}),
)
