"""A function that waits for its role, and not for the policy that lets it send its dead letters."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
dead = aws.sqs.Queue("dead", sqs_managed_sse_enabled=True)
allowed = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead.arn}]
send = aws.iam.RolePolicy(
    "send", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
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
    dead_letter_config={"target_arn": dead.arn},  # expect: ORD101
    opts=pulumi.ResourceOptions(depends_on=[role]),
)
