import json

import pulumi
import pulumi_aws as aws

from courts.storage import Store

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)


class Access:
    def __init__(self, name: str, store: Store) -> None:
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)
        statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": store.objects}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.RolePolicy(name, role=self.role.name, policy=document)
