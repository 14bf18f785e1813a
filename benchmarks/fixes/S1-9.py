"""The permission of a bucket without its account; the notification is made beside it."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("processor", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
files = aws.s3.Bucket("files")
dead = aws.sqs.Queue("dead", sqs_managed_sse_enabled=True)
allowed = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead.arn}]
send = aws.iam.RolePolicy(
    "send", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return event['Records']\n")}
)
processor = aws.lambda_.Function(
    "processor",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    dead_letter_config={"target_arn": dead.arn},
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
aws.lambda_.Permission(
    "files",
    action="lambda:InvokeFunction",
    function=processor.arn,
    principal="s3.amazonaws.com",
    source_arn=files.arn,  # expect: EVT101
)
incoming = {"lambda_function_arn": processor.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "incoming/"}
aws.s3.BucketNotification("files", bucket=files.id, lambda_functions=[incoming])  # expect: ORD102
