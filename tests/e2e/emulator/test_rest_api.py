"""Patch ``rest_api``: REST APIs fail as API Gateway makes them fail."""

from __future__ import annotations

import time
from typing import Any

import pytest
from gateway_apis import Api

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def api(account: Any) -> Api:
    made = Api(account)
    made.permit(f"{made.arn}/*/POST/fn")
    cors = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    made.gateway_response("DEFAULT_5XX", responseParameters=cors)
    made.gateway_response(
        "MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters=cors,
        responseTemplates={"application/json": '{"message":"no such page","request":"$context.requestId"}'},
    )
    made.deploy()
    return made


def test_a_good_answer_goes_through(api: Api) -> None:
    status, body, headers = api.call("hello")
    assert (status, body, headers["x-own"]) == (200, "hello", "1")


def test_a_function_can_tell_the_url_and_the_id_of_its_request(account: Any, api: Api) -> None:
    _, body, _ = api.call("where")
    _, _, headers = api.call("raise")

    assert body == f"{account.emulator.endpoint}/_aws/execute-api/{api.id}/v1/fn 1"
    assert any(headers["x-amzn-requestid"] in line for line in account.log_events(api.function))


@pytest.mark.parametrize("kind", ["raise", "shape", "dict", "status"])
def test_errors_and_malformed_answers_are_502_without_the_handlers_words(api: Api, kind: str) -> None:
    status, body, headers = api.call(kind)
    assert (status, body) == (502, {"message": "Internal server error"})
    assert headers["access-control-allow-origin"] == "*"


def test_a_throttled_function_is_500(account: Any, api: Api) -> None:
    functions = account.client("lambda")
    functions.put_function_concurrency(FunctionName=api.function, ReservedConcurrentExecutions=0)
    try:
        status, body, headers = api.call("hello")
    finally:
        functions.delete_function_concurrency(FunctionName=api.function)
    assert (status, body) == (500, {"message": "Internal server error"})
    assert headers["access-control-allow-origin"] == "*"


def test_an_unknown_route_gets_the_customized_gateway_response(api: Api) -> None:
    status, body, headers = api.call(path="/nowhere")
    assert (status, body["message"]) == (404, "no such page")
    assert body["request"] == headers["x-amzn-requestid"]
    assert headers["access-control-allow-origin"] == "*"


def test_a_request_that_is_too_large_is_413(api: Api) -> None:
    status, _, _ = api.call(b"x" * (10 * 1024 * 1024 + 1))
    assert status == 413


def test_context_variables_in_a_mock(api: Api) -> None:
    status, body, _ = api.call(method="GET", path="/mock")
    assert (status, body["stage"]) == (200, "v1")
    assert len(body["id"]) == 36


def test_every_request_counts(account: Any, api: Api) -> None:
    api.call("raise")

    def total(metric: str) -> float:
        answer = account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/ApiGateway",
            MetricName=metric,
            Dimensions=[{"Name": "ApiName", "Value": api.name}],
            StartTime=time.time() - 600,
            EndTime=time.time() + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    assert total("5XXError") >= 1
    assert total("Count") > total("5XXError") - 1


@pytest.mark.parametrize(
    ("models", "content_type", "status"),
    [
        ("application/json", "application/json; charset=utf-8", 400),
        ("application/json", "", 400),
        ("application/json", "application/xml", 200),
        ("$default", "application/xml", 400),
    ],
)
def test_a_body_is_validated_if_its_content_type_has_a_model(
    account: Any, models: str, content_type: str, status: int
) -> None:
    api = Api(account)
    api.permit(f"{api.arn}/*/*")
    api.client.create_model(restApiId=api.id, name="Thing", contentType="application/json", schema='{"type": "object"}')
    validator = api.client.create_request_validator(restApiId=api.id, name="body", validateRequestBody=True)["id"]
    resource = next(item for item in api.client.get_resources(restApiId=api.id)["items"] if item["path"] == "/fn")
    where = {"restApiId": api.id, "resourceId": resource["id"], "httpMethod": "POST"}
    integration = api.client.get_integration(**where)
    api.client.put_method(
        **where, authorizationType="NONE", requestModels={models: "Thing"}, requestValidatorId=validator
    )
    kept = {name: integration[name] for name in ("type", "uri")}
    api.client.put_integration(**where, **kept, integrationHttpMethod=integration["httpMethod"])
    api.deploy()

    assert api.call("no object", headers={"Content-Type": content_type} if content_type else {})[0] == status


def test_a_permission_for_another_api_does_not_count(account: Any) -> None:
    api = Api(account)
    api.permit(f"{api.arn}x/*/POST/fn")
    api.deploy()
    assert api.call("hello")[:2] == (500, {"message": "Internal server error"})
    api.permit(f"{api.arn}/*/*")
    assert api.call("hello")[0] == 200


def test_the_plain_arn_of_a_function_is_no_integration(account: Any) -> None:
    api = Api(account)
    api.permit(f"{api.arn}/*/*")
    resource = next(item for item in api.client.get_resources(restApiId=api.id)["items"] if item["path"] == "/fn")
    api.client.put_integration(
        restApiId=api.id,
        resourceId=resource["id"],
        httpMethod="POST",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=api.function_arn,
    )
    api.deploy()
    assert api.call("hello")[0] == 500


def test_an_integration_that_takes_too_long_is_504(account: Any) -> None:
    api = Api(account, timeoutInMillis=300)
    api.permit(f"{api.arn}/*/*")
    api.deploy()
    api.call("warm")
    status, body, _ = api.call("sleep")
    assert (status, body) == (504, {"message": "Endpoint request timed out"})


def test_a_role_may_stand_in_for_the_permission(account: Any) -> None:
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    for role, expected in ((account.role("apigateway"), 500), (account.role("apigateway", [may]), 200)):
        api = Api(account, credentials=role)
        api.deploy()
        assert api.call("hello")[0] == expected


def test_patch_operations_switch_things_off_by_a_text(account: Any) -> None:
    api = Api(account)
    api.permit(f"{api.arn}/*/*")
    (resource,) = [item["id"] for item in api.client.get_resources(restApiId=api.id)["items"] if item["path"] == "/fn"]
    method = {"restApiId": api.id, "resourceId": resource, "httpMethod": "POST"}

    def requires_key(value: str) -> bool:
        operation = {"op": "replace", "path": "/apiKeyRequired", "value": value}
        return api.client.update_method(**method, patchOperations=[operation])["apiKeyRequired"]

    assert requires_key("true") is True
    api.deploy()
    assert api.call("hello")[0] == 403
    assert requires_key("false") is False
    assert api.call("hello")[0] == 200
    key = api.client.create_api_key(name=account.name("key"), enabled=True)["id"]
    operation = {"op": "replace", "path": "/enabled", "value": "false"}
    assert api.client.update_api_key(apiKey=key, patchOperations=[operation])["enabled"] is False


def test_patch_operations_reach_into_lists_and_maps(account: Any) -> None:
    api = Api(account)

    def updated(*operations: tuple[str, str, str | None]) -> Any:
        patch = [
            {"op": op, "path": path, **({} if value is None else {"value": value})} for op, path, value in operations
        ]
        return api.client.update_rest_api(restApiId=api.id, patchOperations=patch)

    assert updated(("add", "/binaryMediaTypes/*~1*", None), ("add", "/binaryMediaTypes/a~1b~0c", None))[
        "binaryMediaTypes"
    ] == ["*/*", "a/b~c"]
    assert updated(("remove", "/binaryMediaTypes/*~1*", None))["binaryMediaTypes"] == ["a/b~c"]
    types = updated(("replace", "/endpointConfiguration/types/0", "PRIVATE"))["endpointConfiguration"]["types"]
    assert types == ["PRIVATE"]
    assert updated(("replace", "/minimumCompressionSize", "10"))["minimumCompressionSize"] == 10
    assert updated(("replace", "/minimumCompressionSize", None)).get("minimumCompressionSize") is None


def test_a_canary_is_promoted_by_copies(account: Any) -> None:
    api = Api(account)
    api.deploy()
    (stage,) = api.client.get_stages(restApiId=api.id)["item"]

    def updated(*operations: dict[str, str]) -> Any:
        return api.client.update_stage(restApiId=api.id, stageName=stage["stageName"], patchOperations=list(operations))

    found = updated(
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "10.5"},
        {"op": "replace", "path": "/canarySettings/useStageCache", "value": "false"},
        {"op": "replace", "path": "/canarySettings/stageVariableOverrides/limit", "value": "7"},
    )
    overrides = {"limit": "7"}
    assert found["canarySettings"] == {
        "percentTraffic": 10.5,
        "useStageCache": False,
        "stageVariableOverrides": overrides,
    }
    found = updated(
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "remove", "path": "/canarySettings"},
    )
    assert (found["variables"], found.get("canarySettings")) == (overrides, None)
