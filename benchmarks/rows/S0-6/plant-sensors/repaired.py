import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role(
    "readings",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
function = aws.lambda_.Function(
    "readings",
    role=role.arn,
    runtime="python3.13",
    handler="readings.handler",
    code=pulumi.AssetArchive({"readings.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
)
api = aws.apigateway.RestApi("plants")
plant = aws.apigateway.Resource("plant", rest_api=api.id, parent_id=api.root_resource_id, path_part="{plantId}")
method = aws.apigateway.Method(
    "get-plant", rest_api=api.id, resource_id=plant.id, http_method="GET", authorization="AWS_IAM"
)
integration = aws.apigateway.Integration(
    "get-plant",
    rest_api=api.id,
    resource_id=plant.id,
    http_method=method.http_method,
    type="AWS_PROXY",
    integration_http_method="POST",
    uri=function.invoke_arn,
)
aws.lambda_.Permission(
    "get-plant",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/GET/*"),
)
