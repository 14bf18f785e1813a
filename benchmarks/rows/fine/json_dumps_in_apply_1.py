"""Right: `Output.json_dumps` inside `apply` works: the Output in the Output is flattened."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("reader", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
jobs = aws.sqs.Queue("jobs", sqs_managed_sse_enabled=True)
aws.iam.RolePolicy(
    "jobs",
    role=role.id,
    policy=jobs.arn.apply(
        lambda arn: pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": arn}],
            }
        )
    ),
)
