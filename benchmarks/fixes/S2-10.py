"""Log permissions on the function's own group, and no more: right."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
group = aws.cloudwatch.LogGroup("upload", name="/aws/lambda/upload", retention_in_days=7)
allowed = [
    {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [group.arn, pulumi.Output.concat(group.arn, ":*")],
    }
]
logs = aws.iam.RolePolicy(
    "logs", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function(
    "upload",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    name="upload",
    opts=pulumi.ResourceOptions(depends_on=[logs, group]),
)
