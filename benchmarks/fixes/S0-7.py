"""A queue policy for Lambda, which sends dead letters by the function's role: it grants nothing that is used."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("users", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
dead = aws.sqs.Queue("dead", sqs_managed_sse_enabled=True)
let = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": dead.arn,
}
aws.sqs.QueuePolicy(
    "dead", queue_url=dead.url, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [let]})
)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
users = aws.lambda_.Function(
    "users",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    dead_letter_config={"target_arn": dead.arn},  # expect: IAM132
)
