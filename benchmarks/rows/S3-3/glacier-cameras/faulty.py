import json

import pulumi
import pulumi_aws as aws


class Melt(pulumi.ComponentResource):
    """Pictures of glaciers come in through a queue; what cannot be read goes to another one."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("glaciers:index:Melt", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        failed = aws.sqs.Queue(
            f"{name}-failed", message_retention_seconds=1209600, sqs_managed_sse_enabled=True, opts=mine
        )
        pictures = aws.sqs.Queue(
            f"{name}-pictures",
            visibility_timeout_seconds=360,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 5}),
            opts=mine,
        )
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        reads = {
            "Effect": "Allow",
            "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            "Resource": pictures.arn,
        }
        self.rights = aws.iam.RolePolicy(
            name,
            role=role.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [reads]}),
            opts=mine,
        )
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="melt.handler",
            timeout=60,
            code=pulumi.AssetArchive({"melt.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
            opts=mine,
        )
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=pictures.arn,  # expect: ORD101
            function_name=self.function.arn,
            batch_size=10,
            opts=mine,
        )
        self.register_outputs({})


Melt("north")
