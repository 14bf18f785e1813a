import json

import pulumi
import pulumi_aws as aws

from rescue.people import Rota


class Alarm:
    def __init__(self, name: str, rota: Rota) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": rota.called.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [publish]})
        may = aws.iam.RolePolicy(name, role=role.name, policy=document)
        aws.sfn.StateMachine(
            name,
            role_arn=role.arn,
            definition=rota.called.arn.apply(self.definition),  # expect: SFN101
            opts=pulumi.ResourceOptions(depends_on=[may]),
        )

    @staticmethod
    def definition(topic: str) -> str:
        ring = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": topic, "Message.$": "$.place"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.why", "Next": "Radio"}],
            "Next": "Wait",
        }
        states = {
            "Ring": ring,
            "Wait": {"Type": "Wait", "Seconds": 60, "End": True},
        }
        return json.dumps({"StartAt": "Ring", "States": states})
