import json

import pulumi
import pulumi_aws as aws

SOURCE = """
import os
import boto3

alarms = boto3.client("sns")

def handler(event, context):
    alarms.publish(TopicArn=os.environ["SNS_TOPIC_ARN"], Message="leave the building")
"""


class Drill(pulumi.ComponentResource):
    """Tells everybody to leave."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("safety:index:Drill", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        horn = aws.sns.Topic(name, opts=mine)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        blow = {"Effect": "Allow", "Action": "sns:Publish", "Resource": horn.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [blow]})
        aws.iam.RolePolicy(name, role=role.name, policy=document, opts=mine)
        aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="drill.handler",
            code=pulumi.AssetArchive({"drill.py": pulumi.StringAsset(SOURCE)}),
            environment={
                "variables": {
                    "SNS_TOPIC_ARN": horn.arn,
                }
            },
            opts=mine,
        )
        self.register_outputs({})


Drill("school")
