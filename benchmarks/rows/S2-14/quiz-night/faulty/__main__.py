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


class Service(pulumi.ComponentResource):
    """A function and what invokes it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("quiz:index:Service", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.FileArchive(str(Path(__file__).parent / "functions")),
            opts=inside,
        )
        api = aws.apigatewayv2.Api(name, protocol_type="HTTP", opts=inside)
        integration = aws.apigatewayv2.Integration(
            name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=function.invoke_arn,
            payload_format_version="2.0",
            opts=inside,
        )
        aws.apigatewayv2.Route(
            name,
            api_id=api.id,
            route_key="POST /answers",
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=inside,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/answers"),
            opts=inside,
        )
        aws.apigatewayv2.Stage(name, api_id=api.id, name="$default", auto_deploy=True, opts=inside)
        self.register_outputs({})


Service("answers")
