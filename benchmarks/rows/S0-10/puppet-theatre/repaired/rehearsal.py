import json

import pulumi
import pulumi_aws as aws


class Rehearsal:
    def __init__(self, name, stage):
        self.stage = stage
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": stage.function.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [invoke]})
        aws.iam.RolePolicy(name, role=role.id, policy=document)
        definition = stage.function.arn.apply(self.plot)
        self.machine = aws.sfn.StateMachine(name, role_arn=role.arn, definition=definition)

    def plot(self, arn):
        retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 2}]
        trouble = [{"ErrorEquals": ["States.ALL"], "Next": "Curtain"}]
        scene = {"Type": "Task", "Resource": arn, "Retry": retry, "Catch": trouble}
        states = {
            "Prologue": {**scene, "Next": "Act"},
            "Act": {**scene, "Next": "Applause"},
            "Applause": {"Type": "Succeed"},
            "Curtain": {"Type": "Fail", "Error": "ShowStopped"},
        }
        return json.dumps({"StartAt": "Prologue", "States": states})
