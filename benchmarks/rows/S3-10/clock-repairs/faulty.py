import json

import pulumi
import pulumi_aws as aws

SOURCE = """
import os
import boto3

movements = boto3.resource("s3").Bucket(os.environ["MOVEMENTS"])

def handler(event, context):
    movements.put_object(Key=event["clock"], Body=b"")
"""


class Bench(pulumi.ComponentResource):
    """Where clocks are taken apart."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("clocks:index:Bench", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        movements = aws.s3.Bucket(f"{name}-movements", opts=mine)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        put = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(movements.arn, "/*")}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [put]})
        aws.iam.RolePolicy(name, role=role.name, policy=document, opts=mine)
        names = {"MOVEMENTS": f"{name}-movements"}
        aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="bench.handler",
            code=pulumi.AssetArchive({"bench.py": pulumi.StringAsset(SOURCE)}),
            environment={"variables": names},  # expect: HDL107
            opts=mine,
        )
        self.register_outputs({})


Bench("towers")
