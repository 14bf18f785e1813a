import json

import pulumi_aws as aws

stage = aws.sqs.Queue("stage")


def attach(arn):
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": arn}],
    }
    aws.iam.Policy("ushers", policy=json.dumps(document))  # expect: OUT105


stage.arn.apply(attach)
