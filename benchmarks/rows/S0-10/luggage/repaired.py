import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


SOURCE = "def handler(event, context):\n    return event\n"

lambda_role = aws.iam.Role("scan", assume_role_policy=trust("lambda"))
scan = aws.lambda_.Function(
    "scan",
    role=lambda_role.arn,
    runtime="python3.13",
    handler="scan.handler",
    code=pulumi.AssetArchive({"scan.py": pulumi.StringAsset(SOURCE)}),
)
belts = aws.sqs.Queue("belts")
role = aws.iam.Role("luggage", assume_role_policy=trust("states"))
allowed = aws.iam.RolePolicy(
    "luggage",
    role=role.name,
    policy=document(
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": scan.arn},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": belts.arn},
    ),
)
steps = {
    "StartAt": "Scan",
    "States": {
        "Scan": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": scan.arn, "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lost"}],
            "Next": "Send",
        },
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": belts.url, "MessageBody.$": "$"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lost"}],
            "End": True,
        },
        "Lost": {"Type": "Fail", "Error": "Lost"},
    },
}
aws.sfn.StateMachine(
    "luggage",
    role_arn=role.arn,
    definition=pulumi.Output.json_dumps(steps),
    opts=pulumi.ResourceOptions(depends_on=[allowed]),
)
