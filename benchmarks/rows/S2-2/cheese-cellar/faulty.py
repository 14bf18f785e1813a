import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("turn", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
turn = aws.lambda_.Function(
    "turn",
    role=role.arn,
    runtime="python3.13",
    handler="turn.handler",
    code=pulumi.AssetArchive({"turn.py": pulumi.StringAsset("def handler(e, c):\n    return {'statusCode': 204}\n")}),
)
api = aws.apigateway.RestApi("cellar")
wheels = aws.apigateway.Resource("wheels", rest_api=api.id, parent_id=api.root_resource_id, path_part="wheels")
post = aws.apigateway.Method(
    "post", rest_api=api.id, resource_id=wheels.id, http_method="POST", authorization="AWS_IAM"
)
called = aws.apigateway.Integration(
    "post",
    rest_api=api.id,
    resource_id=wheels.id,
    http_method=post.http_method,
    integration_http_method="POST",
    type="AWS_PROXY",
    uri=turn.arn,  # expect: API101
)
aws.lambda_.Permission(
    "post",
    action="lambda:InvokeFunction",
    function=turn.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/wheels"),
)
deployment = aws.apigateway.Deployment(
    "cellar",
    rest_api=api.id,
    triggers={"routes": pulumi.Output.json_dumps([post.id, called.id, called.uri])},
    opts=pulumi.ResourceOptions(depends_on=[called]),
)
aws.apigateway.Stage("cellar", rest_api=api.id, deployment=deployment.id, stage_name="prod")
