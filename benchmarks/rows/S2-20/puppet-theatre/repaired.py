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


class Stage(pulumi.ComponentResource):
    """A role and what it may do."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("puppets:index:Stage", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        queue = aws.sqs.Queue(name, opts=inside)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        statement = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": queue.arn}
        aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=inside,
        )
        self.register_outputs({"role": role.arn})


Stage("punch")
