"""HTTP and WebSocket APIs, called over HTTP and seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

ECHO = """
import json
def handler(event, context):
    path = event.get('rawPath', event.get('path'))
    return {'statusCode': 200, 'body': json.dumps({'version': event['version'], 'path': path})}
"""


@pytest.fixture
def api(aws: Any) -> Any:
    return aws.create("apigatewayv2/api:Api", "shop", protocolType="HTTP")


@pytest.fixture
def function(aws: Any, make: Any) -> Any:
    """A function that every API may invoke."""
    made = make("echo", ECHO)
    aws.create(
        "lambda/permission:Permission",
        "api",
        function=made.outputs["name"],
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
    )
    return made


def route(aws: Any, api: Any, function: Any, key: str = "GET /files/{id}", **more: Any) -> tuple[Any, Any]:
    integration = aws.create(
        "apigatewayv2/integration:Integration",
        "integration",
        apiId=api.id,
        integrationType="AWS_PROXY",
        integrationUri=function.outputs["invokeArn"],
        **more,
    )
    made = aws.create(
        "apigatewayv2/route:Route", "route", apiId=api.id, routeKey=key, target=f"integrations/{integration.id}"
    )
    return made, integration


def test_a_route_answers_at_the_urls_of_stage_and_api(aws: Any, http: Any, api: Any, function: Any) -> None:
    route(aws, api, function, payloadFormatVersion="2.0")
    stage = aws.create("apigatewayv2/stage:Stage", "all", apiId=api.id, name="$default", autoDeploy=True)
    assert stage.id == "$default"
    assert stage.outputs["invokeUrl"] == f"{api.outputs['apiEndpoint']}/"
    status, _, body = http(f"{stage.outputs['invokeUrl']}files/7")
    assert (status, json.loads(body)) == (200, {"version": "2.0", "path": "/files/7"})
    assert http(f"{api.outputs['apiEndpoint']}/files/7")[0] == 200
    assert http(f"{api.outputs['apiEndpoint']}/nothing")[0] == 404
    assert api.simulated == stage.simulated == {}


def test_a_named_stage_and_a_route_that_changes(aws: Any, http: Any, api: Any, function: Any) -> None:
    made, integration = route(aws, api, function)
    stage = aws.create("apigatewayv2/stage:Stage", "live", apiId=api.id, name="live", autoDeploy=True)
    assert http(f"{stage.outputs['invokeUrl']}/files/7")[0] == 200
    found = aws.client("apigatewayv2").get_integration(ApiId=api.id, IntegrationId=integration.id)
    assert found["PayloadFormatVersion"] == "1.0"
    aws.update(made, **{**made.inputs, "routeKey": "GET /documents/{id}"})
    assert http(f"{stage.outputs['invokeUrl']}/files/7")[0] == 404
    assert http(f"{stage.outputs['invokeUrl']}/documents/7")[0] == 200


def test_cors_is_answered_and_can_be_taken_back(aws: Any, http: Any) -> None:
    cors = {"allowOrigins": ["https://example.org"], "allowMethods": ["GET"], "maxAge": 60}
    api = aws.create("apigatewayv2/api:Api", "cors", protocolType="HTTP", corsConfiguration=cors, tags={"a": "1"})
    aws.create("apigatewayv2/stage:Stage", "all", apiId=api.id, name="$default")
    url = f"{api.outputs['apiEndpoint']}/"
    status, headers, _ = http(url, "OPTIONS", Origin="https://example.org")
    seen = {k.lower(): v for k, v in headers.items()}
    assert (status, seen["access-control-allow-origin"]) == (204, "https://example.org")
    aws.update(api, protocolType="HTTP", description="without", tags={"b": "2"})
    assert http(url, "OPTIONS", Origin="https://example.org")[0] == 403
    client = aws.client("apigatewayv2")
    assert client.get_api(ApiId=api.id)["Description"] == "without"
    assert client.get_tags(ResourceArn=api.outputs["arn"])["Tags"] == {"b": "2"}


def test_a_target_makes_the_api_complete(aws: Any, http: Any, function: Any) -> None:
    api = aws.create("apigatewayv2/api:Api", "quick", protocolType="HTTP", target=function.outputs["arn"])
    assert http(f"{api.outputs['apiEndpoint']}/anything")[0] == 200
    assert api.simulated == {}


def test_stage_settings_are_kept_and_changed(aws: Any, api: Any) -> None:
    logs = {"destinationArn": "arn:aws:logs:us-east-1:1:log-group:api", "format": "$context.requestId"}
    stage = aws.create(
        "apigatewayv2/stage:Stage",
        "live",
        apiId=api.id,
        name="live",
        accessLogSettings=logs,
        defaultRouteSettings={"throttlingBurstLimit": 5, "throttlingRateLimit": 10.0},
        routeSettings=[{"routeKey": "GET /a", "throttlingBurstLimit": 1}],
        stageVariables={"Mode": "x"},
        tags={"a": "1"},
    )
    client = aws.client("apigatewayv2")
    found = client.get_stage(ApiId=api.id, StageName="live")
    assert found["AccessLogSettings"] == {"DestinationArn": logs["destinationArn"], "Format": logs["format"]}
    assert found["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 10.0}
    assert found["RouteSettings"] == {"GET /a": {"ThrottlingBurstLimit": 1}}
    assert (found["StageVariables"], found["Tags"]) == ({"Mode": "x"}, {"a": "1"})
    deployment = aws.create("apigatewayv2/deployment:Deployment", "d", apiId=api.id, description="one")
    aws.update(stage, apiId=api.id, name="live", deploymentId=deployment.id)
    found = client.get_stage(ApiId=api.id, StageName="live")
    assert (found["DeploymentId"], found["StageVariables"], found["RouteSettings"]) == (deployment.id, {}, {})
    assert not found.get("AccessLogSettings")
    assert aws.provider.replacing(deployment, deployment, frozenset({"triggers"})) == {"triggers"}
    for gone in (stage, stage, deployment, deployment):
        aws.delete(gone)


def test_a_jwt_authorizer_refuses(aws: Any, http: Any, api: Any, function: Any) -> None:
    jwt = {"audiences": ["me"], "issuer": "https://issuer.example.org"}
    authorizer = aws.create(
        "apigatewayv2/authorizer:Authorizer",
        "jwt",
        apiId=api.id,
        authorizerType="JWT",
        identitySources=["$request.header.Authorization"],
        jwtConfiguration=jwt,
    )
    made, _ = route(aws, api, function)
    aws.create("apigatewayv2/stage:Stage", "all", apiId=api.id, name="$default")
    url = f"{api.outputs['apiEndpoint']}/files/7"
    assert http(url)[0] == 200
    aws.update(made, **made.inputs, authorizationType="JWT", authorizerId=authorizer.id)
    assert http(url)[0] == 401
    found = aws.client("apigatewayv2").get_authorizer(ApiId=api.id, AuthorizerId=authorizer.id)
    assert found["JwtConfiguration"] == {"Audience": ["me"], "Issuer": "https://issuer.example.org"}
    again = {**authorizer.inputs, "name": "other", "jwtConfiguration": {**jwt, "audiences": ["you"]}}
    aws.update(authorizer, **again)
    found = aws.client("apigatewayv2").get_authorizer(ApiId=api.id, AuthorizerId=authorizer.id)
    assert (found["Name"], found["JwtConfiguration"]["Audience"]) == ("other", ["you"])
    aws.delete(authorizer)
    aws.delete(authorizer)


def test_integration_changes_in_place(aws: Any, api: Any, function: Any) -> None:
    made, integration = route(aws, api, function)
    aws.update(
        integration,
        apiId=api.id,
        integrationType="AWS_PROXY",
        integrationUri=function.outputs["arn"],
        timeoutMilliseconds=1000,
        requestParameters={"append:header.X-A": "1"},
        responseParameters=[{"statusCode": "404", "mappings": {"overwrite:statuscode": "410"}}],
    )
    client = aws.client("apigatewayv2")
    found = client.get_integration(ApiId=api.id, IntegrationId=integration.id)
    assert (found["TimeoutInMillis"], found["RequestParameters"]) == (1000, {"append:header.X-A": "1"})
    assert found["ResponseParameters"] == {"404": {"overwrite:statuscode": "410"}}
    for gone in (made, made, integration, integration, api, api):
        aws.delete(gone)


def test_websocket_api_with_its_parts(aws: Any) -> None:
    api = aws.create(
        "apigatewayv2/api:Api", "chat", protocolType="WEBSOCKET", routeSelectionExpression="$request.body.action"
    )
    assert api.outputs["apiEndpoint"].startswith("ws://")
    integration = aws.create("apigatewayv2/integration:Integration", "mock", apiId=api.id, integrationType="MOCK")
    made = aws.create(
        "apigatewayv2/route:Route",
        "ping",
        apiId=api.id,
        routeKey="ping",
        target=f"integrations/{integration.id}",
        routeResponseSelectionExpression="$default",
    )
    response = aws.create(
        "apigatewayv2/routeResponse:RouteResponse", "r", apiId=api.id, routeId=made.id, routeResponseKey="$default"
    )
    other = aws.create(
        "apigatewayv2/integrationResponse:IntegrationResponse",
        "i",
        apiId=api.id,
        integrationId=integration.id,
        integrationResponseKey="$default",
        responseTemplates={"200": "{}"},
    )
    aws.update(other, **{**other.inputs, "responseTemplates": {"200": "[]"}})
    client = aws.client("apigatewayv2")
    found = client.get_integration_responses(ApiId=api.id, IntegrationId=integration.id)["Items"]
    assert found[0]["ResponseTemplates"] == {"200": "[]"}
    aws.update(response, **response.inputs, responseModels={"$default": "Empty"})
    assert client.get_route_responses(ApiId=api.id, RouteId=made.id)["Items"][0]["ResponseModels"]
    stage = aws.create("apigatewayv2/stage:Stage", "live", apiId=api.id, name="live", autoDeploy=True)
    assert stage.outputs["invokeUrl"] == f"{api.outputs['apiEndpoint']}/live"
    for gone in (other, other, response, response, stage, made, integration, api):
        aws.delete(gone)


def test_a_domain_name_leads_to_the_stage(aws: Any, http: Any, api: Any, function: Any) -> None:
    route(aws, api, function)
    aws.create("apigatewayv2/stage:Stage", "live", apiId=api.id, name="live")
    configuration = {"certificateArn": "arn:aws:acm:us-east-1:1:certificate/a", "endpointType": "REGIONAL"}
    security = {"securityPolicy": "TLS_1_2"}
    domain = aws.create(
        "apigatewayv2/domainName:DomainName",
        "own",
        domainName=f"{api.id}.example.org",
        domainNameConfiguration={**configuration, **security},
        tags={"a": "1"},
    )
    assert domain.outputs["domainNameConfiguration"]["targetDomainName"].startswith("d-")
    mapping = aws.create("apigatewayv2/apiMapping:ApiMapping", "all", domainName=domain.id, apiId=api.id, stage="live")
    assert http(f"{aws.endpoint.url}/files/7", Host=domain.id)[0] == 200
    aws.update(mapping, domainName=domain.id, apiId=api.id, stage="live", apiMappingKey="v1")
    assert http(f"{aws.endpoint.url}/v1/files/7", Host=domain.id)[0] == 200
    aws.update(domain, domainName=domain.id, domainNameConfiguration={**configuration, **security}, tags={"b": "2"})
    found = aws.client("apigatewayv2").get_domain_name(DomainName=domain.id)
    assert found["Tags"] == {"b": "2"}
    for gone in (mapping, mapping, domain, domain):
        aws.delete(gone)


def test_read_finds_an_api(aws: Any, api: Any) -> None:
    found = aws.read("apigatewayv2/api:Api", api.id)
    assert {k: found.outputs[k] for k in ("name", "apiEndpoint", "executionArn")} == {
        k: api.outputs[k] for k in ("name", "apiEndpoint", "executionArn")
    }
