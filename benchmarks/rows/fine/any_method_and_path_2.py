"""Right: `/*` is every stage, method and path of the API, as `/*/*/*` is."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("tides", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("tides", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
tides = aws.lambda_.Function(
    "tides",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("tides")
place = aws.apigateway.Resource("tides", rest_api=api.id, parent_id=api.root_resource_id, path_part="{port}")
method = aws.apigateway.Method(
    "tides", rest_api=api.id, resource_id=place.id, http_method="ANY", authorization="AWS_IAM"
)
integration = aws.apigateway.Integration(
    "tides",
    rest_api=api.id,
    resource_id=place.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=tides.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "tides",
    rest_api=api.id,
    triggers={"uri": integration.uri},
    opts=pulumi.ResourceOptions(depends_on=[method, integration]),
)
aws.apigateway.Stage("tides", rest_api=api.id, deployment=deployment.id, stage_name="live")
aws.lambda_.Permission(
    "tides",
    action="lambda:InvokeFunction",
    function=tides.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.format("{0}/*/*/*", api.execution_arn),
)
aws.lambda_.Permission(
    "again",
    action="lambda:InvokeFunction",
    function=tides.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*"),
)
