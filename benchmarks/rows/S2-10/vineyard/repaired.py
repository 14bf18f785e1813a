import json

import pulumi
import pulumi_aws as aws


class Press(pulumi.ComponentResource):
    """A workflow with a log."""

    def __init__(self, name: str, role: aws.iam.Role, policy: aws.iam.RolePolicy) -> None:
        super().__init__("wine:index:Press", name)
        inside = pulumi.ResourceOptions(parent=self)
        group = aws.cloudwatch.LogGroup(name, name=f"/aws/vendedlogs/states/{name}", retention_in_days=7, opts=inside)
        self.machine = aws.sfn.StateMachine(
            name,
            role_arn=role.arn,
            definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
            logging_configuration={
                "level": "ERROR",
                "log_destination": pulumi.Output.concat(group.arn, ":*"),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({})


trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("press", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
rights = {
    "Effect": "Allow",
    "Action": [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ],
    "Resource": "*",
}
policy = aws.iam.RolePolicy("press", role=role.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [rights]}))
Press("press", role, policy)
