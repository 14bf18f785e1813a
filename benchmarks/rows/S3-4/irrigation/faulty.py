import json

import pulumi
import pulumi_aws as aws


class Valve(pulumi.ComponentResource):
    """Opens in the morning and closes at night."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("farm:index:Valve", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        stuck = aws.sqs.Queue(name, sqs_managed_sse_enabled=True, opts=mine)
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": stuck.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
        may = aws.iam.RolePolicy(name, role=role.name, policy=document, opts=mine)
        source = pulumi.StringAsset("def handler(event, context):\n    return event['id']\n")
        turn = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="turn.handler",
            code=pulumi.AssetArchive({"turn.py": source}),
            dead_letter_config={"target_arn": stuck.arn},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may]),
        )
        for at, hour in (("open", 5), ("close", 21)):
            rule = aws.cloudwatch.EventRule(f"{name}-{at}", schedule_expression=f"cron(0 {hour} * * ? *)", opts=mine)
            aws.cloudwatch.EventTarget(f"{name}-{at}", rule=rule.name, arn=turn.arn, opts=mine)
            aws.lambda_.Permission(
                f"{name}-{at}",
                action="lambda:InvokeFunction",
                function=turn.arn,
                principal="events.amazonaws.com",
                source_arn=f"arn:aws:events:*:*:rule/{at}-{name}-*",  # expect: EVT102
                opts=mine,
            )
        self.register_outputs({})


Valve("field")
