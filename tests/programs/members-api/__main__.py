"""A REST API that lets in only members of a Cognito user pool."""

import json

import pulumi
import pulumi_aws as aws

pool = aws.cognito.UserPool("members", auto_verified_attributes=["email"])
client = aws.cognito.UserPoolClient(
    "members", user_pool_id=pool.id, explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
)
role = aws.iam.Role(
    "members",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'welcome'}\n"
function = aws.lambda_.Function(
    "members",
    runtime="python3.12",
    handler="index.handler",
    role=role.arn,
    code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("members")
authorizer = aws.apigateway.Authorizer(
    "members",
    rest_api=api.id,
    type="COGNITO_USER_POOLS",
    provider_arns=[pool.arn],
    identity_source="method.request.header.Authorization",
)
method = aws.apigateway.Method(
    "members",
    rest_api=api.id,
    resource_id=api.root_resource_id,
    http_method="GET",
    authorization="COGNITO_USER_POOLS",
    authorizer_id=authorizer.id,
)
integration = aws.apigateway.Integration(
    "members",
    rest_api=api.id,
    resource_id=api.root_resource_id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=function.invoke_arn,
)
aws.lambda_.Permission(
    "members",
    action="lambda:InvokeFunction",
    principal="apigateway.amazonaws.com",
    function=function.name,
    source_arn=pulumi.Output.concat(api.execution_arn, "/*"),
)
deployment = aws.apigateway.Deployment(
    "members",
    rest_api=api.id,
    triggers={"redeployment": pulumi.Output.all(method.id, integration.id).apply(json.dumps)},
    opts=pulumi.ResourceOptions(depends_on=[integration]),
)
stage = aws.apigateway.Stage("live", rest_api=api.id, deployment=deployment.id, stage_name="live")
pulumi.export("url", stage.invoke_url)
pulumi.export("pool_id", pool.id)
pulumi.export("client_id", client.id)
