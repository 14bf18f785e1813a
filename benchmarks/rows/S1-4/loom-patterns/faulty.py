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


class Archive(pulumi.ComponentResource):
    """Patterns of a weaving mill."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("mill:index:Archive", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(name, opts=inside)
        self.role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        places = [self.bucket.arn, "{}/*".format(self.bucket.arn)]  # expect: OUT101
        statement = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": places}
        policy = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.RolePolicy(name, role=self.role.name, policy=policy, opts=inside)
        self.register_outputs({})


Archive("tartans")
