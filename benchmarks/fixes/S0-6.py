"""A permission for the path as the resource has it, `{userId}` and all: AWS compares it with what was called."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("users", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
service = aws.lambda_.Function("service", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
api = aws.apigateway.RestApi("shop")
users = aws.apigateway.Resource("users", rest_api=api.id, parent_id=api.root_resource_id, path_part="users")
user = aws.apigateway.Resource("user", rest_api=api.id, parent_id=users.id, path_part="{userId}")
get = aws.apigateway.Method("get", rest_api=api.id, resource_id=user.id, http_method="GET", authorization="NONE")
uri = service.arn.apply(lambda arn: f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations")
called = aws.apigateway.Integration(
    "get",
    rest_api=api.id,
    resource_id=user.id,
    http_method=get.http_method,
    integration_http_method="POST",
    type="AWS_PROXY",
    uri=uri,
)
aws.lambda_.Permission(
    "get",
    action="lambda:InvokeFunction",
    function=service.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/", get.http_method, user.path),  # expect: EVT102
)
deployment = aws.apigateway.Deployment(
    "shop",
    rest_api=api.id,  # expect: API105
    opts=pulumi.ResourceOptions(depends_on=[called]),
)
aws.apigateway.Stage("shop", rest_api=api.id, deployment=deployment.id, stage_name="dev")
