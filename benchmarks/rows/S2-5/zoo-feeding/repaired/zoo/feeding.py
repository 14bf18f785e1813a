import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

from zoo.store import Store

HERE = Path(__file__).resolve().parent


class Feeding:
    def __init__(self, name: str, store: Store) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        document = store.animals.arn.apply(
            lambda arn: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": ["dynamodb:UpdateItem"], "Resource": arn}],
                }
            )
        )
        aws.iam.RolePolicy(name, role=role.name, policy=document)
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="feed.handler",
            code=pulumi.FileArchive(str(HERE.parent / "handlers")),
            environment=aws.lambda_.FunctionEnvironmentArgs(
                variables={"ANIMALS_TABLE": store.animals.name},
            ),
        )
