import json

import pulumi
import pulumi_aws as aws


def role(name, service, statements=()):
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    if statements:
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})
        return made, aws.iam.RolePolicy(name, role=made.id, policy=document)
    return made, None


def function(name):
    source = pulumi.StringAsset("def handler(event, context):\n    return event\n")
    return aws.lambda_.Function(
        name,
        role=role(name, "lambda")[0].arn,
        runtime="python3.13",
        handler="step.handler",
        code=pulumi.AssetArchive({"step.py": source}),
    )


exam, stamp = function("exam"), function("stamp")
invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": exam.arn}
runner, may = role("licence", "states", [invoke])


def task(of, **more):
    call = {"FunctionName": of.arn, "Payload.$": "$"}
    retry = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": call,
        "OutputPath": "$.Payload",
        "Retry": [retry],
        **more,
    }


steps = {"Exam": task(exam, Next="Stamp"), "Stamp": task(stamp, End=True)}
aws.sfn.StateMachine(
    "licence",
    role_arn=runner.arn,
    definition=pulumi.Output.json_dumps({"StartAt": "Exam", "States": steps}),  # expect: IAM131
    opts=pulumi.ResourceOptions(depends_on=[may]),
)
