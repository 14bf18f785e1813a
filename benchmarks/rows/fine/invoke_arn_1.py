"""Right: `invoke_arn` is the URI that an integration takes."""

import json

import pulumi
import pulumi_aws as aws

allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("seats", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("seats", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
seats = aws.lambda_.Function(
    "seats",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("seats")
place = aws.apigateway.Resource("seats", rest_api=api.id, parent_id=api.root_resource_id, path_part="seats")
method = aws.apigateway.Method(
    "seats", rest_api=api.id, resource_id=place.id, http_method="GET", authorization="AWS_IAM"
)
integration = aws.apigateway.Integration(
    "seats",
    rest_api=api.id,
    resource_id=place.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=seats.invoke_arn,
)
deployment = aws.apigateway.Deployment(
    "seats",
    rest_api=api.id,
    triggers={"uri": integration.uri},
    opts=pulumi.ResourceOptions(depends_on=[method, integration]),
)
aws.apigateway.Stage("seats", rest_api=api.id, deployment=deployment.id, stage_name="live")
aws.lambda_.Permission(
    "seats",
    action="lambda:InvokeFunction",
    function=seats.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
)
