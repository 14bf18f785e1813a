"""X-Ray on `*` is right; making any log group of the region is not least privilege."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("users", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
allowed = [
    {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
    {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:{aws.get_caller_identity().account_id}:*",
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
users = aws.lambda_.Function("users", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
