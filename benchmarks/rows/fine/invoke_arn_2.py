"""Right: `invoke_arn` is what a WebSocket API and an authorizer take, too; an HTTP API takes either."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("chat", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("chat", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
chat = aws.lambda_.Function(
    "chat",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
web = aws.apigatewayv2.Api("web", protocol_type="HTTP")
socket = aws.apigatewayv2.Api("socket", protocol_type="WEBSOCKET", route_selection_expression="$request.body.action")
apis = {"GET /chat": (web, chat.arn), "GET /talk": (web, chat.invoke_arn), "$connect": (socket, chat.invoke_arn)}
for number, (route, (api, uri)) in enumerate(apis.items()):
    integration = aws.apigatewayv2.Integration(
        f"chat-{number}", api_id=api.id, integration_type="AWS_PROXY", integration_uri=uri, integration_method="POST"
    )
    aws.apigatewayv2.Route(
        f"chat-{number}",
        api_id=api.id,
        route_key=route,
        target=pulumi.Output.concat("integrations/", integration.id),
    )
    aws.lambda_.Permission(
        f"chat-{number}",
        action="lambda:InvokeFunction",
        function=chat.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/", route.replace(" ", "")),
    )
