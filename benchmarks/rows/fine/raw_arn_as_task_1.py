"""Right: A task of a workflow may have a function's ARN as its resource."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("bake", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("bake", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
bake = aws.lambda_.Function(
    "bake",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
states = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
runner = aws.iam.Role("runner", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [states]}))
invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": bake.arn}
policy = aws.iam.RolePolicy(
    "runner", role=runner.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [invoke]})
)
retry = [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 3}]
aws.sfn.StateMachine(
    "bread",
    role_arn=runner.arn,
    definition=pulumi.Output.json_dumps(
        {"StartAt": "Bake", "States": {"Bake": {"Type": "Task", "Resource": bake.arn, "Retry": retry, "End": True}}}
    ),
    opts=pulumi.ResourceOptions(depends_on=[policy]),
)
