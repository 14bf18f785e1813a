import pulumi_aws as aws


class Web:
    def __init__(self, name: str) -> None:
        self.api = aws.apigatewayv2.Api(name, protocol_type="HTTP")
        self.stage = aws.apigatewayv2.Stage(name, api_id=self.api.id, name="$default", auto_deploy=True)

    @property
    def endpoint(self):
        return self.stage.invoke_url
