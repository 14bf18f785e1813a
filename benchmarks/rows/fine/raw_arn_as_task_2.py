"""Right: The result of a task with a function's ARN is the function's own: nothing wraps it."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("knead", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("knead", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'loaf': event['flour']}\n"
knead = aws.lambda_.Function(
    "knead",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
states = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
runner = aws.iam.Role("runner", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [states]}))
invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": knead.arn}
policy = aws.iam.RolePolicy(
    "runner", role=runner.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [invoke]})
)


def definition(arn: str) -> str:
    return json.dumps(
        {
            "StartAt": "Knead",
            "States": {
                "Knead": {
                    "Type": "Task",
                    "Resource": arn,
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Burnt"}],
                    "Next": "Rest",
                },
                "Rest": {"Type": "Pass", "InputPath": "$.loaf", "End": True},
                "Burnt": {"Type": "Fail", "Error": "Burnt"},
            },
        }
    )


aws.sfn.StateMachine(
    "dough",
    role_arn=runner.arn,
    definition=knead.arn.apply(definition),
    opts=pulumi.ResourceOptions(depends_on=[policy]),
)
