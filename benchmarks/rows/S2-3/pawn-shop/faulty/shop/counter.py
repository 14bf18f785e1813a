import json

import pulumi
import pulumi_aws as aws

from shop.doors import Door


class Counter:
    def __init__(self, name: str) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        source = pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="counter.handler",
            code=pulumi.AssetArchive({"counter.py": source}),
        )

    def let_in(self, name: str, door: Door) -> None:
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="apigateway.amazonaws.com",
            source_arn=door.api.execution_arn.apply(lambda a: f"{a}/{door.verb}/{door.path}"),  # expect: EVT102
        )
