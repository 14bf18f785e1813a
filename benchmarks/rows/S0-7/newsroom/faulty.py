import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


wire = aws.sqs.Queue("wire")
rule = aws.cloudwatch.EventRule("hourly", schedule_expression="rate(1 hour)")
aws.cloudwatch.EventTarget(
    "hourly",
    rule=rule.name,
    arn=wire.arn,  # expect: IAM152
)
