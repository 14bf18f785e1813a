"""GET /health of type MOCK, with neither response: it answers 500."""

import pulumi
import pulumi_aws as aws

api = aws.apigateway.RestApi("uploads")
health = aws.apigateway.Resource("health", rest_api=api.id, parent_id=api.root_resource_id, path_part="health")
get = aws.apigateway.Method("health", rest_api=api.id, resource_id=health.id, http_method="GET", authorization="NONE")
mock = aws.apigateway.Integration(
    "health",
    rest_api=api.id,
    resource_id=health.id,
    http_method=get.http_method,
    type="MOCK",  # expect: API102
    request_templates={"application/json": '{"statusCode": 200}'},
)
deployment = aws.apigateway.Deployment(
    "uploads", rest_api=api.id, triggers={"health": mock.id}, opts=pulumi.ResourceOptions(depends_on=[mock])
)
stage = aws.apigateway.Stage("uploads", rest_api=api.id, deployment=deployment.id, stage_name="prod")
pulumi.export("api_endpoint_url", pulumi.Output.concat(stage.invoke_url, "/upload"))
