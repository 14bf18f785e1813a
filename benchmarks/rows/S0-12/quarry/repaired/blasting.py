import json

import pulumi
import pulumi_aws as aws

DELIVERY = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
]


class Blasting:
    """A workflow that waits, and says so in its log."""

    def __init__(self, name: str) -> None:
        service = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        self.role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [service]}))
        self.log = aws.cloudwatch.LogGroup(name, name=f"/aws/vendedlogs/states/{name}", retention_in_days=30)
        pulumi.Output.concat(self.log.arn, ":*")
        deliver = {
            "Effect": "Allow",
            "Action": DELIVERY,
            "Resource": "*",
        }
        allowed = aws.iam.RolePolicy(
            name,
            role=self.role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deliver]}),
        )
        steps = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
        self.machine = aws.sfn.StateMachine(
            name,
            role_arn=self.role.arn,
            definition=json.dumps(steps),
            logging_configuration={
                "level": "ALL",
                "include_execution_data": True,
                "log_destination": pulumi.Output.concat(self.log.arn, ":*"),
            },
            opts=pulumi.ResourceOptions(depends_on=[allowed]),
        )
