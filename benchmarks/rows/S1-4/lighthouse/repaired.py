import json

import pulumi
import pulumi_aws as aws


class Lamp(pulumi.ComponentResource):
    """A role that writes what the lamp has done."""

    def __init__(self, name: str, log: aws.s3.Bucket, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("light:index:Lamp", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        role = aws.iam.Role(f"{name}-role", assume_role_policy=trust, opts=inside)
        write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(log.arn, "/*")}
        aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [write]}),
            opts=inside,
        )
        self.register_outputs({})


Lamp("north", aws.s3.Bucket("log"))
