import json

import pulumi
import pulumi_aws as aws

trust = aws.iam.get_policy_document(
    statements=[
        {
            "actions": ["sts:AssumeRole"],
            "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
        }
    ]
)
role = aws.iam.Role("cards", assume_role_policy=trust.json)
aws.iam.RolePolicyAttachment(
    "cards", role=role.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
cards = aws.lambda_.Function(
    "cards",
    role=role.arn,
    runtime="python3.13",
    handler="cards.handler",
    code=pulumi.AssetArchive({"cards.py": pulumi.StringAsset(code)}),
)
api = aws.apigatewayv2.Api("cards", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "cards",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=cards.arn,
    payload_format_version="2.0",
)
aws.apigatewayv2.Route(
    "renew",
    api_id=api.id,
    route_key="POST /cards/{card}",
    authorization_type="AWS_IAM",
    target=integration.id.apply(lambda id: f"integrations/{id}"),
)
aws.apigatewayv2.Stage("cards", api_id=api.id, name="$default", auto_deploy=True)
aws.lambda_.Permission(
    "cards",
    action="lambda:InvokeFunction",
    function=cards.name,
    principal="apigateway.amazonaws.com",  # expect: EVT101
)
pulumi.export("address", api.api_endpoint)
pulumi.export("settings", json.dumps({"stage": "$default"}))
