import json

import pulumi
import pulumi_aws as aws

START = "method.response.header.Access-Control-Allow-"
HEADERS = {"Origin": "'*'", "Methods": "'GET,OPTIONS'", "Headers": "'Content-Type,Authorization'"}
api = aws.apigateway.RestApi("choir")
halls = aws.apigateway.Resource("halls", rest_api=api.id, parent_id=api.root_resource_id, path_part="halls")
asked = aws.apigateway.Method(
    "halls", rest_api=api.id, resource_id=halls.id, http_method="OPTIONS", authorization="NONE"
)
mock = aws.apigateway.Integration(
    "halls",
    rest_api=api.id,
    resource_id=halls.id,
    http_method=asked.http_method,
    type="MOCK",
    request_templates={"application/json": json.dumps({"statusCode": 200})},
)
ok = aws.apigateway.MethodResponse(
    "halls",
    rest_api=api.id,
    resource_id=halls.id,
    http_method=asked.http_method,
    status_code="200",
    response_parameters={START + "Origin": True},
)
said = aws.apigateway.IntegrationResponse(
    "halls",
    rest_api=api.id,
    resource_id=halls.id,
    http_method=asked.http_method,
    status_code=ok.status_code,
    response_parameters={START + name: value for name, value in HEADERS.items()},  # expect: API103
    opts=pulumi.ResourceOptions(depends_on=[mock]),
)
for kind in ("DEFAULT_4XX", "DEFAULT_5XX"):
    aws.apigateway.Response(
        kind.lower(),
        rest_api_id=api.id,
        response_type=kind,
        response_parameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
    )
deployment = aws.apigateway.Deployment(
    "choir",
    rest_api=api.id,
    triggers={"halls": pulumi.Output.json_dumps([asked.id, mock.id, ok.id, said.id])},
    opts=pulumi.ResourceOptions(depends_on=[said]),
)
aws.apigateway.Stage("choir", rest_api=api.id, deployment=deployment.id, stage_name="prod")
