import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

HERE = Path(__file__).parent
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)


def may_send(queue: str) -> str:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Desk:
    def __init__(self, name: str) -> None:
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)
        self.failed = aws.sqs.Queue(f"{name}-failed")
        sending = aws.iam.RolePolicy(name, role=self.role.name, policy=self.failed.arn.apply(may_send))
        self.function = aws.lambda_.Function(
            name,
            role=self.role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.FileAsset(str(HERE / "app.py"))}),
            dead_letter_config={"target_arn": self.failed.arn},
            opts=pulumi.ResourceOptions(depends_on=[sending]),
        )
        self._wire(name)

    def _wire(self, name: str) -> None:
        rule = aws.cloudwatch.EventRule(name, event_pattern=json.dumps({"source": [f"{name}.desk"]}))
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, arn=self.function.arn)
