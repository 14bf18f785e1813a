import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
CODE = "def handler(event, context):\n    return {'isAuthorized': True}\n"


class Guard(pulumi.ComponentResource):
    """Asks a function whether a request may pass."""

    def __init__(self, name: str, api: aws.apigatewayv2.Api, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tide:index:Guard", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE, opts=inside
        )
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="guard.handler",
            code=pulumi.AssetArchive({"guard.py": pulumi.StringAsset(CODE)}),
            opts=inside,
        )
        self.authorizer = aws.apigatewayv2.Authorizer(
            name,
            api_id=api.id,
            name=name,
            authorizer_type="REQUEST",
            authorizer_uri=function.invoke_arn,
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_sources=["$request.header.Authorization"],
            opts=inside,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/authorizers/", self.authorizer.id),
            opts=inside,
        )
        self.register_outputs({})


api = aws.apigatewayv2.Api("tides", protocol_type="HTTP")
Guard("guard", api)
