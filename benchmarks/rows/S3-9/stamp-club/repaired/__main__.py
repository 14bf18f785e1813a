import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)

role = aws.iam.Role("stamps", assume_role_policy=TRUST)
failed = aws.sqs.Queue("stamps-failed")
sending = aws.iam.RolePolicy(
    "stamps",
    role=role.name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}],
        }
    ),
)
function = aws.lambda_.Function(
    "stamps",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.FileArchive(str(Path(__file__).parent / "functions")),
    dead_letter_config={"target_arn": failed.arn},
    opts=pulumi.ResourceOptions(depends_on=[sending]),
)
rule = aws.cloudwatch.EventRule("stamps", event_pattern=json.dumps({"source": ["stamps.desk"]}))
aws.lambda_.Permission(
    "stamps",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="events.amazonaws.com",
    source_arn=rule.arn,
)
aws.cloudwatch.EventTarget("stamps", rule=rule.name, arn=function.arn)
