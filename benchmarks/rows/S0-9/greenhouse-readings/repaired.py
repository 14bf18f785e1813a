import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)
readings = aws.dynamodb.Table(
    "readings",
    attributes=[{"name": "bed", "type": "S"}],
    hash_key="bed",
    billing_mode="PAY_PER_REQUEST",
)
role = aws.iam.Role("gardener", assume_role_policy=TRUST)
aws.iam.RolePolicy(
    "gardener",
    role=role.name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": readings.arn}],
        }
    ),
)
