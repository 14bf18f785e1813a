"""Right: An HTTP API gives a route's own text, with its parameter."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("seat", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("seat", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
seat = aws.lambda_.Function(
    "seat",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
api = aws.apigatewayv2.Api("seat", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "seat", api_id=api.id, integration_type="AWS_PROXY", integration_uri=seat.arn, payload_format_version="2.0"
)
aws.apigatewayv2.Route(
    "seat",
    api_id=api.id,
    route_key="GET /seats/{seat}",
    target=pulumi.Output.concat("integrations/", integration.id),
)
aws.lambda_.Permission(
    "seat",
    action="lambda:InvokeFunction",
    function=seat.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*/seats/{seat}"),
)
