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
CODE = "def handler(event, context):\n    return {'statusCode': 200}\n"


class LiveMap(pulumi.ComponentResource):
    """A WebSocket API that tells where the buses are."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("bus:index:LiveMap", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, assume_role_policy=TRUST, opts=inside)
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE, opts=inside
        )
        code = pulumi.AssetArchive({"app.py": pulumi.StringAsset(CODE)})
        function = aws.lambda_.Function(
            name, role=role.arn, runtime="python3.13", handler="app.handler", code=code, opts=inside
        )
        api = aws.apigatewayv2.Api(
            name, protocol_type="WEBSOCKET", route_selection_expression="$request.body.action", opts=inside
        )
        integration = aws.apigatewayv2.Integration(
            name,
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=function.arn,  # expect: API101
            opts=inside,
        )
        aws.apigatewayv2.Route(
            name,
            api_id=api.id,
            route_key="$connect",
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=inside,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/$connect"),
            opts=inside,
        )
        aws.apigatewayv2.Stage(name, api_id=api.id, name="live", auto_deploy=True, opts=inside)
        self.register_outputs({})


LiveMap("night-bus")
