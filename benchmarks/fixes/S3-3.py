"""The bucket sends to EventBridge, and the permission is for the rule: right."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("process", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
data = aws.s3.Bucket("data")
aws.s3.BucketNotification("data", bucket=data.bucket, eventbridge=True)
dead = aws.sqs.Queue("dead", sqs_managed_sse_enabled=True)
allowed = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead.arn}]
send = aws.iam.RolePolicy(
    "send", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return event['detail']\n")})
process = aws.lambda_.Function(
    "process",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    dead_letter_config={"target_arn": dead.arn},
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
created = {
    "source": ["aws.s3"],
    "detail-type": ["Object Created"],
    "detail": {"bucket": {"name": [data.bucket]}, "object": {"key": [{"exists": True}]}},
}
rule = aws.cloudwatch.EventRule("created", event_pattern=pulumi.Output.json_dumps(created))
aws.lambda_.Permission(
    "created",
    action="lambda:InvokeFunction",
    function=process.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
)
aws.cloudwatch.EventTarget("created", rule=rule.name, arn=process.arn)
