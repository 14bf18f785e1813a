"""REST APIs made from an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


def document(answer: str, path: str = "/files/{id}") -> dict[str, Any]:
    """A document with one path that answers by itself."""
    integration = {
        "type": "mock",
        "passthroughBehavior": "when_no_match",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {
            "default": {
                "statusCode": "200",
                "responseTemplates": {"application/json": answer},
                "responseParameters": {"method.response.header.X-Kind": "'imported'"},
            }
        },
    }
    operation = {
        "operationId": "putFile",
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/File"}}}},
        "responses": {"200": {"description": "ok", "headers": {"X-Kind": {"schema": {"type": "string"}}}}},
        "x-amazon-apigateway-integration": integration,
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": "files", "version": "1"},
        "paths": {path: {"put": operation}},
        "components": {
            "parameters": {"id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}},
            "schemas": {
                "Name": {"type": "string"},
                "File": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": {"$ref": "#/components/schemas/Name"}},
                },
            },
        },
        "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True}},
        "x-amazon-apigateway-request-validator": "all",
    }


def test_body_is_imported_and_an_update_replaces_it(aws: Any, http: Any) -> None:
    api = aws.create("apigateway/restApi:RestApi", "files", body=json.dumps(document("first")))
    deployment = aws.create("apigateway/deployment:Deployment", "d", restApi=api.id)
    stage = aws.create("apigateway/stage:Stage", "s", restApi=api.id, stageName="live", deployment=deployment.id)
    url = stage.outputs["invokeUrl"]
    json_type = {"Content-Type": "application/json"}
    status, headers, body = http(f"{url}/files/7", "PUT", b'{"name": "a"}', **json_type)
    assert (status, headers["X-Kind"], body) == (200, "imported", "first")
    assert http(f"{url}/files/7", "PUT", b'{"name": 7}', **json_type)[0] == 400
    assert api.simulated == {}

    aws.update(api, body=json.dumps(document("second", "/documents/{id}")))
    assert http(f"{url}/documents/7", "PUT", b'{"name": "a"}', **json_type)[2] == "second"
    assert http(f"{url}/files/7", "PUT", b'{"name": "a"}', **json_type)[0] == 403


def test_security_and_the_any_method_are_imported(aws: Any) -> None:
    swagger = {
        "swagger": "2.0",
        "securityDefinitions": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "signed": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
            "token": {
                "type": "apiKey",
                "name": "X-Token",
                "in": "header",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:aws:apigateway:x"},
            },
        },
        "definitions": {"File": {"type": "object"}},
        "paths": {
            "/files": {
                "parameters": [{"name": "page", "in": "query", "required": True}],
                "get": {"security": [{"key": []}]},
                "post": {
                    "security": [{"signed": []}],
                    "parameters": [{"name": "file", "in": "body", "schema": {"$ref": "#/definitions/File"}}],
                },
            },
            "/{proxy+}": {"x-amazon-apigateway-any-method": {"security": [{"token": ["read"]}]}},
        },
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {"statusCode": 418}},
    }
    api = aws.create("apigateway/restApi:RestApi", "files", body=json.dumps(swagger))
    client = aws.client("apigateway")
    found = {r["path"]: r for r in client.get_resources(restApiId=api.id)["items"]}
    methods = found["/files"]["resourceMethods"]
    assert (methods["GET"]["apiKeyRequired"], methods["POST"]["authorizationType"]) == (True, "AWS_IAM")
    assert methods["GET"]["requestParameters"] == {"method.request.querystring.page": True}
    assert methods["POST"]["requestModels"] == {"application/json": "File"}
    proxy = found["/{proxy+}"]["resourceMethods"]["ANY"]
    assert (proxy["authorizationType"], proxy["authorizationScopes"]) == ("CUSTOM", ["read"])
    authorizer = client.get_authorizer(restApiId=api.id, authorizerId=proxy["authorizerId"])
    assert (authorizer["type"], authorizer["identitySource"]) == ("TOKEN", "method.request.header.X-Token")
    assert client.get_rest_api(restApiId=api.id)["binaryMediaTypes"] == ["image/png"]
    assert client.get_gateway_response(restApiId=api.id, responseType="DEFAULT_4XX")["statusCode"] == "418"


def test_body_may_be_yaml_and_must_be_openapi(aws: Any) -> None:
    aws.create("apigateway/restApi:RestApi", "yaml", body="swagger: '2.0'\npaths:\n  /a/b:\n    get: {}\n")
    with pytest.raises(Exception, match="no OpenAPI document"):
        aws.create("apigateway/restApi:RestApi", "bad", body="[]")
