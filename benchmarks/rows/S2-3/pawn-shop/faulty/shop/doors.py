import pulumi
import pulumi_aws as aws


class Door:
    def __init__(self, name: str, verb: str, path: str, function: aws.lambda_.Function) -> None:
        self.verb, self.path = verb, path
        self.api = aws.apigatewayv2.Api(name, protocol_type="HTTP")
        called = aws.apigatewayv2.Integration(
            name,
            api_id=self.api.id,
            integration_type="AWS_PROXY",
            integration_uri=function.invoke_arn,
            payload_format_version="2.0",
        )
        aws.apigatewayv2.Route(
            name,
            api_id=self.api.id,
            route_key=f"{verb} /{path}",
            target=pulumi.Output.concat("integrations/", called.id),
        )
        stage = aws.apigatewayv2.Stage(name, api_id=self.api.id, name="$default", auto_deploy=True)
        self.address = stage.invoke_url
