"""Each step gets the answer of the one before with Lambda's wrapper around it."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("steps", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")})
validate = aws.lambda_.Function("validate", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
process = aws.lambda_.Function(
    "process",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive(
        {"app.py": pulumi.StringAsset("def handler(event, context):\n    return event['order']\n")}
    ),
)
trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
runner = aws.iam.Role("workflow", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
allowed = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [validate.arn, process.arn]}]
rights = aws.iam.RolePolicy(
    "rights", role=runner.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
steps = {
    "Validate": {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": validate.arn, "Payload.$": "$"},
        "Retry": [retry],
        "Next": "Process",
    },
    "Process": {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": process.arn, "Payload.$": "$"},
        "Retry": [retry],
        "End": True,
    },
}
aws.sfn.StateMachine(
    "orders",
    role_arn=runner.arn,
    definition=pulumi.Output.json_dumps({"StartAt": "Validate", "States": steps}),  # expect: SFN102
)
