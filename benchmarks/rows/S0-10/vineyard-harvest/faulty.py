import json

import pulumi
import pulumi_aws as aws


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


role = aws.iam.Role("harvest", assume_role_policy=trust("lambda.amazonaws.com"))
code = pulumi.AssetArchive({"harvest.py": pulumi.StringAsset("def pick(event, context):\n    return event\n")})
pick = aws.lambda_.Function("pick", role=role.arn, runtime="python3.13", handler="harvest.pick", code=code)
press = aws.lambda_.Function("press", role=role.arn, runtime="python3.13", handler="harvest.pick", code=code)

steps = aws.iam.Role("steps", assume_role_policy=trust("states.amazonaws.com"))
aws.iam.RolePolicy(
    "steps",
    role=steps.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [pick.arn, press.arn]}],
        }
    ),
)


def step(function, **more):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function.arn, "Payload.$": "$"},
        "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 2, "MaxAttempts": 3}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Spoiled"}],
        **more,
    }


aws.sfn.StateMachine(
    "harvest",
    role_arn=steps.arn,
    definition=pulumi.Output.json_dumps(  # expect: SFN102
        {
            "StartAt": "Pick",
            "States": {
                "Pick": step(pick, Next="Press"),
                "Press": step(press, End=True),
                "Spoiled": {"Type": "Fail", "Error": "HarvestSpoiled"},
            },
        }
    ),
)
