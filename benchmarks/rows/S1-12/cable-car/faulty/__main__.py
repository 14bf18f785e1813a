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


class Function(pulumi.ComponentResource):
    """A function and its role."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("car:index:Function", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.FileAsset("functions/app.py")}),  # expect: PKG107
            opts=inside,
        )
        self.register_outputs({})


Function("cabins")
