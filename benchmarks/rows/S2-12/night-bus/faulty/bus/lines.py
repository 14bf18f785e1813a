import pulumi_aws as aws


class Lines:
    """An HTTP API whose stage has a name."""

    def __init__(self, name: str) -> None:
        self.api = aws.apigatewayv2.Api(name, protocol_type="HTTP")
        self.stage = aws.apigatewayv2.Stage(name, api_id=self.api.id, name="v2", auto_deploy=True)
        self.address = self.api.api_endpoint.apply(lambda start: f"{start}/v1")
