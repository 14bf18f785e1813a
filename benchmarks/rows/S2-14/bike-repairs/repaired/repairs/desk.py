import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

HERE = Path(__file__).parent
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)


class Desk:
    def __init__(self, name: str) -> None:
        self.role = aws.iam.Role(name, assume_role_policy=TRUST)
        self.function = aws.lambda_.Function(
            name,
            role=self.role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.FileAsset(str(HERE / "app.py"))}),
        )
        self._wire(name)

    def _wire(self, name: str) -> None:
        api = aws.apigatewayv2.Api(name, protocol_type="HTTP")
        integration = aws.apigatewayv2.Integration(
            name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=self.function.invoke_arn,
            payload_format_version="2.0",
        )
        aws.apigatewayv2.Route(
            name, api_id=api.id, route_key="POST /bikes", target=pulumi.Output.concat("integrations/", integration.id)
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/bikes"),
        )
        aws.apigatewayv2.Stage(name, api_id=api.id, name="$default", auto_deploy=True)
