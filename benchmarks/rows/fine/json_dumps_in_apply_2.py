"""Right: `Output.json_dumps` inside `apply`, by a function that also takes a plain text."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("reader", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
jobs = aws.sqs.Queue("jobs", sqs_managed_sse_enabled=True)


def receiving(arns: list[str]) -> pulumi.Output[str]:
    statement = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": arns}
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})


more = aws.sqs.Queue("more", sqs_managed_sse_enabled=True)
aws.iam.RolePolicy("jobs", role=role.id, policy=pulumi.Output.all(jobs.arn, more.arn).apply(receiving))
