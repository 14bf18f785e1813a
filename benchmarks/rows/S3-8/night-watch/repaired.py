import json

import pulumi
import pulumi_aws as aws


class Watch(pulumi.ComponentResource):
    """Looks at every door, each hour."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("night:index:Watch", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        missed = aws.sqs.Queue(name, sqs_managed_sse_enabled=True, opts=mine)
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": missed.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
        may = aws.iam.RolePolicy(name, role=role.name, policy=document, opts=mine)
        source = pulumi.StringAsset("def handler(event, context):\n    return event['time']\n")
        look = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="look.handler",
            code=pulumi.AssetArchive({"look.py": source}),
            dead_letter_config={"target_arn": missed.arn},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may]),
        )
        rule = aws.cloudwatch.EventRule(name, schedule_expression="rate(1 hour)", opts=mine)
        aws.cloudwatch.EventTarget(name, rule=rule.name, arn=look.arn, opts=mine)
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=look.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=mine,
        )
        self.register_outputs({})


Watch("museum")
