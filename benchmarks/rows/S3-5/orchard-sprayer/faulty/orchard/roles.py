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


class Roles:
    def __init__(self, name: str) -> None:
        self.name = name
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)

    def may_read(self, table: aws.dynamodb.Table) -> None:
        pulumi.Output.all(self.role.name, table.arn).apply(lambda args: self._policy(args[0], args[1]))

    def _policy(self, role, arn):
        statement = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        return aws.iam.RolePolicy(self.name, role=role, policy=document)  # expect: OUT105
