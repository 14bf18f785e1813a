import json

import pulumi_aws as aws


def role(name: str, service: str) -> aws.iam.Role:
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))


class Flow:
    def __init__(self, name: str) -> None:
        states = {"Rest": {"Type": "Wait", "Seconds": 30, "Next": "Done"}, "Done": {"Type": "Succeed"}}
        self.machine = aws.sfn.StateMachine(
            name,
            role_arn=role(name, "states").arn,
            definition=json.dumps({"StartAt": "Rest", "States": states}),
        )
