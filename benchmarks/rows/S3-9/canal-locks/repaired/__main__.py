import json
from pathlib import Path

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


def may_send(queue: str) -> str:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Service(pulumi.ComponentResource):
    """A function and what invokes it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canal:index:Service", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        failed = aws.sqs.Queue(f"{name}-failed", opts=inside)
        sending = aws.iam.RolePolicy(name, role=role.name, policy=failed.arn.apply(may_send), opts=inside)
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.FileArchive(str(Path(__file__).parent / "functions")),
            dead_letter_config={"target_arn": failed.arn},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[sending]),
        )
        rule = aws.cloudwatch.EventRule(name, event_pattern=json.dumps({"source": [f"{name}.desk"]}), opts=inside)
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=inside,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, arn=function.arn, opts=inside)
        self.register_outputs({})


Service("locks")
