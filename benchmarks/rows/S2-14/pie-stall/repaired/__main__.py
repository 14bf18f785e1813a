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

role = aws.iam.Role("pies", assume_role_policy=TRUST)
function = aws.lambda_.Function(
    "pies",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.FileArchive(str(Path(__file__).parent / "functions")),
)
api = aws.apigatewayv2.Api("pies", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "pies",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=function.invoke_arn,
    payload_format_version="2.0",
)
aws.apigatewayv2.Route(
    "pies", api_id=api.id, route_key="POST /pies", target=pulumi.Output.concat("integrations/", integration.id)
)
aws.lambda_.Permission(
    "pies",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/pies"),
)
aws.apigatewayv2.Stage("pies", api_id=api.id, name="$default", auto_deploy=True)
