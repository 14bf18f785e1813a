"""Every input of a REST API and its parts changes in place, and goes back when it is no longer given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def api(aws: Any) -> Any:
    return aws.create("apigateway/restApi:RestApi", "shop", endpointConfiguration={"types": "REGIONAL"})


def _changed_and_back(
    aws: Any, made: Any, found: Callable[[], Any], fixed: dict[str, Any], other: dict[str, Any], seen: dict[str, Any]
) -> None:
    """Every input of `other` is given, then none of them: `found` sees it, and then what it saw at first."""
    before = {name: found().get(name) for name in seen}
    changed = aws.update(made, **fixed, **other)
    assert {name: found().get(name) for name in seen} == seen
    aws.update(changed, **fixed)
    after = {name: found().get(name) for name in seen}
    assert {k: v or None for k, v in after.items()} == {k: v or None for k, v in before.items()}


def test_every_input_of_a_method_changes_and_goes_back(aws: Any, api: Any) -> None:
    place = {"restApi": api.id, "resourceId": api.outputs["rootResourceId"], "httpMethod": "POST"}
    fixed = {**place, "authorization": "NONE"}
    method = aws.create("apigateway/method:Method", "post", **fixed)
    other = {
        "authorizationScopes": ["read", "write"],
        "authorizerId": "abc",
        "apiKeyRequired": True,
        "operationName": "post",
        "requestModels": {"application/json": "Empty", "text/x~y": "Empty"},
        "requestParameters": {"method.request.path.id": True, "method.request.header.x": False},
        "requestValidatorId": "def",
    }

    def found() -> Any:
        return aws.client("apigateway").get_method(restApiId=api.id, resourceId=place["resourceId"], httpMethod="POST")

    _changed_and_back(aws, method, found, fixed, other, other)
    method = aws.update(method, **fixed, authorizationScopes=["read", "write"], requestModels={"a/b": "A", "c/d": "C"})
    aws.update(method, **fixed, authorizationScopes=["more", "read"], requestModels={"a/b": "B"})
    assert (found()["authorizationScopes"], found()["requestModels"]) == (["read", "more"], {"a/b": "B"})


def test_every_input_of_an_integration_changes_and_goes_back(aws: Any, api: Any) -> None:
    place = {"restApi": api.id, "resourceId": api.outputs["rootResourceId"], "httpMethod": "POST"}
    aws.create("apigateway/method:Method", "post", **place, authorization="NONE")
    fixed = {**place, "type": "HTTP", "integrationHttpMethod": "POST", "uri": "http://localhost/"}
    integration = aws.create("apigateway/integration:Integration", "post", **fixed)
    other = {
        "requestParameters": {"integration.request.path.id": "method.request.path.id"},
        "requestTemplates": {"application/json": "{}"},
        "timeoutMilliseconds": 1000,
        "cacheKeyParameters": ["method.request.path.id", "method.request.header.x"],
        "contentHandling": "CONVERT_TO_TEXT",
        "credentials": "arn:aws:iam::000000000000:role/r",
        "passthroughBehavior": "NEVER",
    }
    seen = {("timeoutInMillis" if k == "timeoutMilliseconds" else k): v for k, v in other.items()}

    def found() -> Any:
        return aws.client("apigateway").get_integration(
            restApiId=api.id, resourceId=place["resourceId"], httpMethod="POST"
        )

    _changed_and_back(aws, integration, found, fixed, other, seen)
    aws.update(integration, **{**fixed, "type": "MOCK"})
    assert found()["type"] == "MOCK"


def test_every_input_of_a_stage_changes_and_goes_back(aws: Any, api: Any) -> None:
    deployment = aws.create("apigateway/deployment:Deployment", "deployment", restApi=api.id)
    stage = aws.create("apigateway/stage:Stage", "live", restApi=api.id, stageName="live", deployment=deployment.id)
    fixed = {k: stage.inputs[k] for k in ("restApi", "stageName", "deployment")}
    other = {
        "description": "a",
        # A variable may have the name of an attribute.
        "variables": {"a": "1", "enabled": "true", "limit": "2"},
        "cacheClusterEnabled": True,
        "cacheClusterSize": "0.5",
        "documentationVersion": "1",
        "xrayTracingEnabled": True,
        "accessLogSettings": {"destinationArn": "arn:aws:logs:us-east-1:1:log-group:api", "format": "$context.status"},
    }
    seen = {("tracingEnabled" if k == "xrayTracingEnabled" else k): v for k, v in other.items()}

    def found() -> Any:
        return aws.client("apigateway").get_stage(restApiId=api.id, stageName="live")

    _changed_and_back(aws, stage, found, fixed, other, seen)


def test_every_input_of_an_api_changes_and_goes_back(aws: Any, api: Any) -> None:
    fixed = {"name": api.outputs["name"], "endpointConfiguration": {"types": "REGIONAL"}}
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    other = {
        "description": "a",
        "apiKeySource": "AUTHORIZER",
        "binaryMediaTypes": ["image/png", "*/*"],
        "disableExecuteApiEndpoint": True,
        "minimumCompressionSize": "1024",
        "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }

    def found() -> Any:
        answer = aws.client("apigateway").get_rest_api(restApiId=api.id)
        # AWS escapes the policy once more.
        return {**answer, "policy": json.loads(f'"{answer.get("policy", "")}"')}

    _changed_and_back(aws, api, found, fixed, other, {**other, "minimumCompressionSize": 1024})
    private = {"types": "PRIVATE", "vpcEndpointIds": ["vpce-1", "vpce-2"]}
    changed = aws.update(api, name=api.outputs["name"], endpointConfiguration=private)
    assert found()["endpointConfiguration"] == {**private, "types": ["PRIVATE"]}
    changed = aws.update(changed, name="a", endpointConfiguration={"types": "PRIVATE", "vpcEndpointIds": ["vpce-2"]})
    assert found()["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-2"]
    aws.update(changed, name="a")
    assert found()["endpointConfiguration"]["types"] == ["EDGE"]


def test_every_input_of_a_usage_plan_changes_and_goes_back(aws: Any, api: Any) -> None:
    place = {"apiId": api.id, "stage": "live"}
    plan = aws.create("apigateway/usagePlan:UsagePlan", "plan", apiStages=[place])
    limits = [{"path": "/a/b/GET", "rateLimit": 1.5, "burstLimit": 2}]
    other = {
        "name": "other",
        "description": "a",
        "apiStages": [{**place, "throttles": limits}, {"apiId": api.id, "stage": "second"}],
        "throttleSettings": {"rateLimit": 10.0, "burstLimit": 20},
        "quotaSettings": {"limit": 30, "offset": 1, "period": "WEEK"},
    }
    changed = aws.update(plan, **other)
    found = aws.client("apigateway").get_usage_plan(usagePlanId=plan.id)
    assert (found["name"], found["description"]) == ("other", "a")
    assert (found["throttle"], found["quota"]) == (other["throttleSettings"], other["quotaSettings"])
    assert found["apiStages"] == [
        {**place, "throttle": {"/a/b/GET": {"rateLimit": 1.5, "burstLimit": 2}}},
        {"apiId": api.id, "stage": "second"},
    ]
    changed = aws.update(changed, apiStages=[place], quotaSettings={"limit": 5, "period": "DAY"})
    found = aws.client("apigateway").get_usage_plan(usagePlanId=plan.id)
    assert (found["apiStages"], found["quota"]) == ([place], {"limit": 5, "period": "DAY"})
    aws.update(changed)
    found = aws.client("apigateway").get_usage_plan(usagePlanId=plan.id)
    assert (found["apiStages"], found.get("quota"), found.get("throttle")) == ([], None, None)
