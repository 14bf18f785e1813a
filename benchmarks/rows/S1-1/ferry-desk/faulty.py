import json

import pulumi
import pulumi_aws as aws

INVOKE = "arn:aws:apigateway:us-east-1:lambda:path"
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("desk", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
logs = aws.iam.RolePolicyAttachment(
    "desk", role=role.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
desk = aws.lambda_.Function(
    "desk",
    role=role.arn,
    runtime="python3.13",
    handler="desk.handler",
    code=pulumi.AssetArchive({"desk.py": pulumi.StringAsset(code)}),
)
api = aws.apigateway.RestApi("ferries")
crossings = aws.apigateway.Resource("crossings", rest_api=api.id, parent_id=api.root_resource_id, path_part="crossings")
book = aws.apigateway.Method(
    "book", rest_api=api.id, resource_id=crossings.id, http_method="POST", authorization="AWS_IAM"
)
booking = aws.apigateway.Integration(
    "book",
    rest_api=api.id,
    resource_id=crossings.id,
    http_method=book.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=pulumi.Output.concat(INVOKE, "/functions/", desk.arn, "/invocations"),  # expect: API101
)
aws.lambda_.Permission(
    "book",
    action="lambda:InvokeFunction",
    function=desk.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/crossings"),
)
deployment = aws.apigateway.Deployment(
    "ferries",
    rest_api=api.id,
    triggers={"uri": booking.uri},
    opts=pulumi.ResourceOptions(depends_on=[booking]),
)
aws.apigateway.Stage("live", rest_api=api.id, deployment=deployment.id, stage_name="live")
