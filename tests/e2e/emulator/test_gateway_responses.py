"""Patch ``gateway_responses``: gateway responses and mocks know their request."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from gateway_apis import Api

pytestmark = pytest.mark.e2e

VARIABLES = (
    *("accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod"),
    *("identity.sourceIp", "identity.userAgent", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch"),
    *("resourceId", "resourcePath", "stage", "status", "identity.user", "identity.apiKey", "authorizer.principalId"),
)
TEMPLATE = json.dumps({name: f"$context.{name}" for name in VARIABLES} | {"unknown": "$context.no.such", "price": "$5"})


@pytest.fixture(scope="module")
def api(account: Any) -> Api:
    """Its errors say all that they know; the function may not be called."""
    made = Api(account)
    for kind in ("DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN"):
        made.gateway_response(
            kind,
            responseTemplates={"application/json": TEMPLATE},
            responseParameters={
                "gatewayresponse.header.x-path": "context.path",
                "gatewayresponse.header.x-user": "context.identity.user",
                "gatewayresponse.header.x-fixed": "'yes'",
            },
        )
    made.deploy()
    return made


def test_a_refused_call_knows_its_request(account: Any, api: Api) -> None:
    status, seen, headers = api.call("hello", path="/fn?a=b", headers={"User-Agent": "tester"})

    stage = api.client.get_stage(restApiId=api.id, stageName="v1")
    resources = {item["path"]: item["id"] for item in api.client.get_resources(restApiId=api.id)["items"]}
    assert status == 500
    assert {name: seen[name] for name in VARIABLES if not name.startswith("request")} == {
        "accountId": account.emulator.account,
        "apiId": api.id,
        "deploymentId": stage["deploymentId"],
        "domainName": f"127.0.0.1:{account.emulator.port}",
        "domainPrefix": "127",
        "extendedRequestId": headers["x-amzn-requestid"],
        "httpMethod": "POST",
        "identity.sourceIp": "127.0.0.1",
        "identity.userAgent": "tester",
        "path": "/v1/fn",
        "protocol": "HTTP/1.1",
        "resourceId": resources["/fn"],
        "resourcePath": "/fn",
        "stage": "v1",
        "status": "",
        "identity.user": "",
        "identity.apiKey": "",
        "authorizer.principalId": "",
    }
    assert seen["requestId"] == headers["x-amzn-requestid"]
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", seen["requestTime"])
    assert seen["requestTimeEpoch"].isdigit()
    assert (seen["unknown"], seen["price"]) == ("$context.no.such", "$5")
    assert (headers["x-path"], headers["x-fixed"]) == ("/v1/fn", "yes")
    assert "x-user" not in headers


def test_a_path_without_a_route_is_named_as_it_was_sent(api: Api) -> None:
    _, seen, headers = api.call(method="DELETE", path="//no%2Fwhere/")

    assert (seen["httpMethod"], seen["path"], seen["resourcePath"]) == ("DELETE", "/v1//no%2Fwhere/", "")
    assert headers["x-path"] == "/v1//no%2Fwhere/"


def test_an_api_key_is_known_once_it_is_checked(account: Any) -> None:
    api = Api(account)
    api.gateway_response("DEFAULT_5XX", responseTemplates={"application/json": '{"key": "$context.identity.apiKeyId"}'})
    (resource,) = [item["id"] for item in api.client.get_resources(restApiId=api.id)["items"] if item["path"] == "/fn"]
    required = {"op": "replace", "path": "/apiKeyRequired", "value": "true"}
    api.client.update_method(restApiId=api.id, resourceId=resource, httpMethod="POST", patchOperations=[required])
    api.deploy()
    key = api.client.create_api_key(name=account.name("key"), enabled=True)
    plan = api.client.create_usage_plan(name=account.name("plan"), apiStages=[{"apiId": api.id, "stage": "v1"}])
    api.client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")

    assert api.call(headers={"X-Api-Key": key["value"]})[:2] == (500, {"key": key["id"]})


def test_a_call_that_is_refused_for_its_signature_knows_its_request_too(api: Api) -> None:
    (resource,) = [item["id"] for item in api.client.get_resources(restApiId=api.id)["items"] if item["path"] == "/fn"]
    where = {"restApiId": api.id, "resourceId": resource, "httpMethod": "POST"}
    signed = {"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}
    api.client.update_method(**where, patchOperations=[signed])
    try:
        status, seen, _ = api.call("hello", headers={"Authorization": "Bearer x"})
    finally:
        api.client.update_method(**where, patchOperations=[{**signed, "value": "NONE"}])

    assert status == 403
    assert (seen["httpMethod"], seen["path"], seen["stage"]) == ("POST", "/v1/fn", "v1")
