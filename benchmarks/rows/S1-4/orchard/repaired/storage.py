import json

import pulumi
import pulumi_aws as aws


class Crates:
    """A bucket, and who may look into it."""

    def __init__(self, name: str) -> None:
        self.bucket = aws.s3.Bucket(name)
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        self.role = aws.iam.Role(name, assume_role_policy=trust)
        look = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": self.bucket.arn}
        aws.iam.RolePolicy(
            name,
            role=self.role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [look]}),
        )
