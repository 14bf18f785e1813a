"""The URI by hand is the same text as `invoke_arn`, and three stars let in the same as two: right."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function("upload", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
api = aws.apigateway.RestApi("market")
path = aws.apigateway.Resource("upload", rest_api=api.id, parent_id=api.root_resource_id, path_part="upload")
post = aws.apigateway.Method("upload", rest_api=api.id, resource_id=path.id, http_method="POST", authorization="NONE")
uri = pulumi.Output.concat("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", upload.arn, "/invocations")
called = aws.apigateway.Integration(
    "upload",
    rest_api=api.id,
    resource_id=path.id,
    http_method=post.http_method,
    integration_http_method="POST",
    type="AWS_PROXY",
    uri=uri,
)
aws.lambda_.Permission(
    "upload",
    action="lambda:InvokeFunction",
    function=upload.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*/*"),
)
deployment = aws.apigateway.Deployment(
    "market", rest_api=api.id, triggers={"uri": called.uri}, opts=pulumi.ResourceOptions(depends_on=[called])
)
stage = aws.apigateway.Stage("market", rest_api=api.id, deployment=deployment.id, stage_name="dev")
pulumi.export(
    "api_endpoint_url",
    pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com/", stage.stage_name),
)
