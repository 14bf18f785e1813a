import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class Plough(pulumi.ComponentResource):
    """A function that plans a round, and its log."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("snow:index:Plough", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        group = aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=7, opts=inside)
        write = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "arn:aws:logs:*:*:*",
        }
        trace = {
            "Effect": "Allow",
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Resource": "*",
        }
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        policy = aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [write, trace]}),  # expect: IAM113
            opts=inside,
        )
        aws.lambda_.Function(
            name,
            name=name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return 1\n")}),
            tracing_config={"mode": "Active"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy, group]),
        )
        self.register_outputs({})


Plough("snow-plough")
