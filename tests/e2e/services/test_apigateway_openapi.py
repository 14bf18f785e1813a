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


def test_body_may_be_yaml_and_must_be_openapi(aws: Any) -> None:
    aws.create("apigateway/restApi:RestApi", "yaml", body="swagger: '2.0'\npaths:\n  /a/b:\n    get: {}\n")
    with pytest.raises(Exception, match="no OpenAPI document"):
        aws.create("apigateway/restApi:RestApi", "bad", body="[]")
