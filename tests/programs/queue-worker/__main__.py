"""A function that works off a queue; what it fails at twice goes to a dead-letter queue."""

import json

import pulumi
import pulumi_aws as aws

failed = aws.sqs.Queue("failed", message_retention_seconds=1209600)
jobs = aws.sqs.Queue(
    "jobs",
    visibility_timeout_seconds=1,
    redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 2}),
)
results = aws.sqs.Queue("results")
role = aws.iam.Role(
    "worker",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
)
allowed = aws.iam.RolePolicy(
    "worker",
    role=role.id,
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "Resource": jobs.arn,
            },
            {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": results.arn},
        ],
    },
)
worker = aws.lambda_.Function(
    "worker",
    runtime="python3.12",
    handler="worker.handler",
    role=role.arn,
    timeout=1,
    environment={"variables": {"RESULTS": results.url}},
    code=pulumi.AssetArchive({"worker.py": pulumi.FileAsset("worker.py")}),
    opts=pulumi.ResourceOptions(depends_on=[allowed]),
)
aws.lambda_.EventSourceMapping(
    "worker",
    event_source_arn=jobs.arn,
    function_name=worker.arn,
    batch_size=5,
    function_response_types=["ReportBatchItemFailures"],
)
pulumi.export("jobs", jobs.url)
pulumi.export("failed", failed.url)
pulumi.export("results", results.url)
