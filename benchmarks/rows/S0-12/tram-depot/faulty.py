import json

import pulumi
import pulumi_aws as aws


class Depot(pulumi.ComponentResource):
    """A function whose calls are traced, and the role with which it writes."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tram:index:Depot", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        function_name = f"{name}-arrivals"
        log = aws.cloudwatch.LogGroup(
            f"{name}-log", name=f"/aws/lambda/{function_name}", retention_in_days=30, opts=inside
        )
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        role = aws.iam.Role(f"{name}-role", assume_role_policy=trust, opts=inside)
        actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
        streams = pulumi.Output.concat(log.arn, ":*")
        statements = [
            {"Effect": "Allow", "Action": actions, "Resource": streams},
        ]
        allowed = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=inside,
        )
        source = "def handler(event, context):\n    return {}\n"
        aws.lambda_.Function(
            f"{name}-function",
            name=function_name,
            role=role.arn,
            runtime="python3.13",
            handler="arrivals.handler",
            code=pulumi.AssetArchive({"arrivals.py": pulumi.StringAsset(source)}),
            tracing_config={  # expect: IAM134
                "mode": "Active",
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log, allowed]),
        )
        self.register_outputs({})


Depot("west")
