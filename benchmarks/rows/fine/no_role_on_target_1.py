"""Right: EventBridge invokes a function by the function's permission: its target needs no role."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("sweep", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("sweep", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
sweep = aws.lambda_.Function(
    "sweep",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
rule = aws.cloudwatch.EventRule("sweep", name="sweep-daily", schedule_expression="rate(1 day)")
permission = aws.lambda_.Permission(
    "sweep",
    action="lambda:InvokeFunction",
    function=sweep.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
)
aws.cloudwatch.EventTarget("sweep", rule=rule.name, arn=sweep.arn, opts=pulumi.ResourceOptions(depends_on=[permission]))
