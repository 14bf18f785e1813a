import json

import pulumi
import pulumi_aws as aws


class Flight(pulumi.ComponentResource):
    """Keeps what the burner says."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("balloon:index:Flight", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        self.burner = aws.sqs.Queue(name, sqs_managed_sse_enabled=True, opts=mine)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": self.burner.arn}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
        aws.iam.RolePolicy(name, role=role.name, policy=document, opts=mine)
        source = pulumi.StringAsset("def handler(event, context):\n    return event\n")
        aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="burner.handler",
            code=pulumi.AssetArchive({"burner.py": source}),
            opts=mine,
        )
        self.register_outputs({})


Flight("dawn")
