"""An HTTP API in front of one function."""

import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role(
    "hello",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
)
aws.iam.RolePolicyAttachment("hello", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
function = aws.lambda_.Function(
    "hello", runtime="python3.12", handler="hello.handler", role=role.arn, code=pulumi.FileArchive("./app")
)
api = aws.apigatewayv2.Api("hello", protocol_type="HTTP", cors_configuration={"allow_origins": ["*"]})
aws.lambda_.Permission(
    "hello",
    action="lambda:InvokeFunction",
    principal="apigateway.amazonaws.com",
    function=function.name,
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
)
integration = aws.apigatewayv2.Integration(
    "hello",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=function.invoke_arn,
    payload_format_version="2.0",
)
route = aws.apigatewayv2.Route(
    "hello",
    api_id=api.id,
    route_key="GET /hello/{name}",
    target=pulumi.Output.concat("integrations/", integration.id),
)
stage = aws.apigatewayv2.Stage(
    "default", api_id=api.id, name="$default", auto_deploy=True, opts=pulumi.ResourceOptions(depends_on=[route])
)
pulumi.export("url", stage.invoke_url)
pulumi.export("endpoint", api.api_endpoint)
