import json

import pulumi
import pulumi_aws as aws

SOURCE = "def handler(event, context):\n    return {}\n"


class Exposure(pulumi.ComponentResource):
    """A function that is invoked by others, and says on a topic when it has failed."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("stars:index:Exposure", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        failures = aws.sns.Topic(f"{name}-failures", opts=inside)
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        role = aws.iam.Role(f"{name}-role", assume_role_policy=trust, opts=inside)
        publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": failures.arn}
        allowed = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [publish]}),
            opts=inside,
        )
        function = aws.lambda_.Function(
            f"{name}-function",
            role=role.arn,
            runtime="python3.13",
            handler="exposure.handler",
            code=pulumi.AssetArchive({"exposure.py": pulumi.StringAsset(SOURCE)}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-failures",
            function_name=function.name,
            destination_config={
                "on_failure": {
                    "destination": failures.arn,
                },
            },
            opts=inside,
        )
        self.register_outputs({})


Exposure("mirror")
