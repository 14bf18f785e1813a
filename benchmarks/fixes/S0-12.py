"""A log destination made with an f-string, and a workflow that waits for its role, not for the role's policy."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("workflow", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
allowed = [
    {
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
]
rights = aws.iam.RolePolicy(
    "rights", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
group = aws.cloudwatch.LogGroup("orders", name="/aws/vendedlogs/states/orders", retention_in_days=7)
aws.sfn.StateMachine(
    "orders",
    role_arn=role.arn,
    definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    logging_configuration={  # expect: ORD101
        "level": "ALL",
        "include_execution_data": True,
        "log_destination": f"{group.arn}:*",  # expect: OUT101
    },
    opts=pulumi.ResourceOptions(depends_on=[role]),
)
