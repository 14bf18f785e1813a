import pulumi
import pulumi_aws as aws

from sauna.api import Api

ORIGIN = "header.Access-Control-Allow-Origin"


def answer_preflights(api: Api, path: str) -> None:
    resource = aws.apigateway.Resource(path, rest_api=api.rest.id, parent_id=api.rest.root_resource_id, path_part=path)
    method = aws.apigateway.Method(
        path, rest_api=api.rest.id, resource_id=resource.id, http_method="OPTIONS", authorization="NONE"
    )
    mock = aws.apigateway.Integration(
        path,
        rest_api=api.rest.id,
        resource_id=resource.id,
        http_method=method.http_method,
        type="MOCK",
        request_templates={"application/json": '{"statusCode": 200}'},
    )
    response = aws.apigateway.MethodResponse(
        path,
        rest_api=api.rest.id,
        resource_id=resource.id,
        http_method=method.http_method,
        status_code="200",
        response_parameters={f"method.response.{ORIGIN}": True},
    )
    said = aws.apigateway.IntegrationResponse(
        path,
        rest_api=api.rest.id,
        resource_id=resource.id,
        http_method=method.http_method,
        status_code=response.status_code,
        response_parameters={f"method.response.{ORIGIN}": "'*'"},
        opts=pulumi.ResourceOptions(depends_on=[mock]),
    )
    api.parts += [method, mock, response, said]
