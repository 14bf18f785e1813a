import json

import pulumi
import pulumi_aws as aws

from airport.bus import Belt


class Search:
    def __init__(self, name: str, belt: Belt) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        dead = aws.sqs.Queue(name, sqs_managed_sse_enabled=True)
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
        may = aws.iam.RolePolicy(name, role=role.id, policy=document)
        source = pulumi.StringAsset("def handler(event, context):\n    return event['detail']\n")
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="search.handler",
            code=pulumi.AssetArchive({"search.py": source}),
            dead_letter_config=aws.lambda_.FunctionDeadLetterConfigArgs(target_arn=dead.arn),
            opts=pulumi.ResourceOptions(depends_on=[may]),
        )
        aws.cloudwatch.EventTarget(name, rule=belt.rule.name, event_bus_name=belt.bus.name, arn=function.arn)
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=belt.rule.arn,
        )
