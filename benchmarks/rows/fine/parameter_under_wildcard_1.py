"""Right: A route with a parameter, and a source ARN whose `*` spans it."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("rows", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("rows", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
rows = aws.lambda_.Function(
    "rows",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("rows")
place = aws.apigateway.Resource("rows", rest_api=api.id, parent_id=api.root_resource_id, path_part="{seat}")
method = aws.apigateway.Method(
    "rows", rest_api=api.id, resource_id=place.id, http_method="GET", authorization="AWS_IAM"
)
integration = aws.apigateway.Integration(
    "rows",
    rest_api=api.id,
    resource_id=place.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=rows.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "rows",
    rest_api=api.id,
    triggers={"uri": integration.uri},
    opts=pulumi.ResourceOptions(depends_on=[method, integration]),
)
aws.apigateway.Stage("rows", rest_api=api.id, deployment=deployment.id, stage_name="live")
aws.lambda_.Permission(
    "rows",
    action="lambda:InvokeFunction",
    function=rows.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*"),
)
