import json

import pulumi_aws as aws


def key(name: str, *services: str) -> aws.kms.Key:
    account = aws.get_caller_identity().account_id
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    statements += [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        for service in services
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return aws.kms.Key(name, enable_key_rotation=True, policy=document)
