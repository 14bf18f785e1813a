import json

import pulumi
import pulumi_aws as aws


class Stage:
    def __init__(self, name):
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="stage.handler",
            code=pulumi.AssetArchive(
                {"stage.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")}
            ),
        )
