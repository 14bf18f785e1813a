"""Right: A trust policy and a queue's policy as mappings."""

import pulumi_aws as aws

role = aws.iam.Role(
    "sender",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    },
)
jobs = aws.sqs.Queue("jobs", sqs_managed_sse_enabled=True)
aws.sqs.QueuePolicy(
    "jobs",
    queue_url=jobs.url,
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": role.arn},
                "Action": "sqs:SendMessage",
                "Resource": jobs.arn,
            }
        ],
    },
)
