"""Right: `*` in a source ARN also spans slashes: `/*/*` is every stage, method and path."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("maps", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("maps", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
maps = aws.lambda_.Function(
    "maps",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("maps")
place = aws.apigateway.Resource("maps", rest_api=api.id, parent_id=api.root_resource_id, path_part="{map}")
method = aws.apigateway.Method(
    "maps", rest_api=api.id, resource_id=place.id, http_method="GET", authorization="AWS_IAM"
)
integration = aws.apigateway.Integration(
    "maps",
    rest_api=api.id,
    resource_id=place.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=maps.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "maps",
    rest_api=api.id,
    triggers={"uri": integration.uri},
    opts=pulumi.ResourceOptions(depends_on=[method, integration]),
)
aws.apigateway.Stage("maps", rest_api=api.id, deployment=deployment.id, stage_name="live")
aws.lambda_.Permission(
    "maps",
    action="lambda:InvokeFunction",
    function=maps.name,
    principal="apigateway.amazonaws.com",
    source_arn=api.execution_arn.apply(lambda arn: f"{arn}/*/*"),
)
