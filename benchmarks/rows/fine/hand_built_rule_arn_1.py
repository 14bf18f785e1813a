"""Right: A rule's ARN may be put together by hand, when it is right."""

import json

import pulumi
import pulumi_aws as aws

region = aws.get_region_output().region
account = aws.get_caller_identity_output().account_id
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("mow", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("mow", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
mow = aws.lambda_.Function(
    "mow",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
rule = aws.cloudwatch.EventRule("mow", name="mow-daily", schedule_expression="rate(1 day)")
permission = aws.lambda_.Permission(
    "mow",
    action="lambda:InvokeFunction",
    function=mow.name,
    principal="events.amazonaws.com",
    source_arn=pulumi.Output.concat("arn:aws:events:", region, ":", account, ":rule/mow-daily"),
)
aws.cloudwatch.EventTarget("mow", rule=rule.name, arn=mow.arn, opts=pulumi.ResourceOptions(depends_on=[permission]))
