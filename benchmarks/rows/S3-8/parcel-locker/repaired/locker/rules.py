import json

import pulumi_aws as aws

from locker.flow import Flow, role


def starts_every_hour(name: str, flow: Flow) -> None:
    rule = aws.cloudwatch.EventRule(name, schedule_expression="rate(1 hour)")
    starter = role(f"{name}-starter", "events")
    aws.iam.RolePolicy(
        name,
        role=starter.id,
        policy=flow.machine.arn.apply(
            lambda arn: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn}],
                }
            )
        ),
    )
    aws.cloudwatch.EventTarget(name, rule=rule.name, arn=flow.machine.arn, role_arn=starter.arn)
