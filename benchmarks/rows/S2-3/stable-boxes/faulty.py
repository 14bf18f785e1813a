import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("boxes", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
boxes = aws.lambda_.Function(
    "boxes",
    role=role.arn,
    runtime="python3.13",
    handler="boxes.handler",
    code=pulumi.AssetArchive({"boxes.py": pulumi.StringAsset("def handler(e, c):\n    return {'statusCode': 200}\n")}),
)
api = aws.apigatewayv2.Api("stable", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "boxes", api_id=api.id, integration_type="AWS_PROXY", integration_uri=boxes.arn, payload_format_version="2.0"
)
aws.apigatewayv2.Route(
    "boxes", api_id=api.id, route_key="GET /boxes", target=integration.id.apply(lambda i: f"integrations/{i}")
)
aws.apigatewayv2.Stage("stable", api_id=api.id, name="$default", auto_deploy=True)
aws.lambda_.Permission(
    "boxes",
    action="lambda:InvokeFunction",
    function=boxes.name,
    principal="apigateway.amazonaws.com",  # expect: EVT101
)
