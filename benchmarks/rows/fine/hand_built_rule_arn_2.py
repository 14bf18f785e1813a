"""Right: A rule's ARN, written out with the region and account that the program is for."""

import json

import pulumi
import pulumi_aws as aws

REGION = "eu-central-1"
ACCOUNT = "111122223333"
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("water", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("water", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
water = aws.lambda_.Function(
    "water",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
rule = aws.cloudwatch.EventRule("water", name="water-daily", schedule_expression="rate(1 day)")
permission = aws.lambda_.Permission(
    "water",
    action="lambda:InvokeFunction",
    function=water.name,
    principal="events.amazonaws.com",
    source_arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/water-daily",
)
aws.cloudwatch.EventTarget("water", rule=rule.name, arn=water.arn, opts=pulumi.ResourceOptions(depends_on=[permission]))
