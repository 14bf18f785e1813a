"""The dead-letter queue is the destination, too: every failure is kept twice, in two forms."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
dead = aws.sqs.Queue("dead", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)
allowed = [{"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueAttributes"], "Resource": dead.arn}]
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
aws.lambda_.FunctionEventInvokeConfig(
    "upload",
    function_name=upload.name,
    maximum_retry_attempts=2,
    maximum_event_age_in_seconds=3600,
    destination_config={"on_failure": {"destination": dead.arn}},  # expect: DLQ102
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
