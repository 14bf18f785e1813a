import json

import pulumi
import pulumi_aws as aws

rule = aws.cloudwatch.EventRule("dough", name="dough-rises", schedule_expression="rate(1 hour)")
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("dough", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
burnt = aws.sqs.Queue("burnt", sqs_managed_sse_enabled=True)
send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": burnt.arn}
may = aws.iam.RolePolicy(
    "dough", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
)
look = aws.lambda_.Function(
    "dough",
    role=role.arn,
    runtime="python3.13",
    handler="look.handler",
    code=pulumi.AssetArchive({"look.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")}),
    dead_letter_config={"target_arn": burnt.arn},
    opts=pulumi.ResourceOptions(depends_on=[may]),
)
aws.cloudwatch.EventTarget("dough", rule=rule.name, arn=look.arn)
account = aws.get_caller_identity().account_id
aws.lambda_.Permission(
    "dough",
    action="lambda:InvokeFunction",
    function=look.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
)
