"""A redrive policy on the dead-letter queue of a function, in place of a setting for the retries."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
dead = aws.sqs.Queue("dead", sqs_managed_sse_enabled=True)
last = aws.sqs.Queue("last", sqs_managed_sse_enabled=True)
aws.sqs.RedrivePolicy(
    "dead",
    queue_url=dead.id,
    redrive_policy=last.arn.apply(  # expect: DLQ111
        lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    ),
)
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
    dead_letter_config={"target_arn": dead.arn},
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
