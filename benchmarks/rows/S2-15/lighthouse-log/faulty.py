import pulumi
import pulumi_aws as aws


class Health(pulumi.ComponentResource):
    """GET /health, answered by API Gateway itself."""

    def __init__(self, name: str, api: aws.apigateway.RestApi, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("lighthouse:index:Health", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        resource = aws.apigateway.Resource(
            name, rest_api=api.id, parent_id=api.root_resource_id, path_part="health", opts=mine
        )
        self.method = aws.apigateway.Method(
            name, rest_api=api.id, resource_id=resource.id, http_method="GET", authorization="NONE", opts=mine
        )
        self.integration = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=resource.id,
            http_method=self.method.http_method,
            type="MOCK",  # expect: API102
            request_templates={"application/json": '{"statusCode": 200}'},
            opts=mine,
        )
        self.register_outputs({})


api = aws.apigateway.RestApi("log")
health = Health("health", api)
deployment = aws.apigateway.Deployment(
    "log",
    rest_api=api.id,
    triggers={"health": pulumi.Output.json_dumps([health.method.id, health.integration.id])},
)
aws.apigateway.Stage("log", rest_api=api.id, deployment=deployment.id, stage_name="prod")
