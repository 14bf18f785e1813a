"""REST APIs, called over HTTP and seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


def mock(
    aws: Any, api: Any, resource: str, method: str = "GET", /, status: str = "200", body: str = "", **more: Any
) -> Any:
    """A method that the gateway answers itself, from its four parts; gives the integration response."""
    place = {"restApi": api.id, "resourceId": resource, "httpMethod": method}
    aws.create("apigateway/method:Method", method, **place, authorization="NONE", **more)
    aws.create(
        "apigateway/methodResponse:MethodResponse",
        method,
        **place,
        statusCode=status,
        responseParameters={"method.response.header.X-Kind": True},
    )
    aws.create(
        "apigateway/integration:Integration",
        method,
        **place,
        type="MOCK",
        requestTemplates={"application/json": json.dumps({"statusCode": int(status)})},
    )
    return aws.create(
        "apigateway/integrationResponse:IntegrationResponse",
        method,
        **place,
        statusCode=status,
        responseParameters={"method.response.header.X-Kind": "'mock'"},
        responseTemplates={"application/json": body},
    )


def deploy(aws: Any, api: Any, stage: str = "live", /, **more: Any) -> Any:
    deployment = aws.create("apigateway/deployment:Deployment", "deployment", restApi=api.id, triggers={"a": "1"})
    return aws.create(
        "apigateway/stage:Stage", stage, restApi=api.id, stageName=stage, deployment=deployment.id, **more
    )


@pytest.fixture
def api(aws: Any) -> Any:
    return aws.create("apigateway/restApi:RestApi", "shop", endpointConfiguration={"types": "REGIONAL"})


def test_a_path_with_its_parts_answers_at_the_invoke_url(aws: Any, api: Any, http: Any) -> None:
    files = aws.create(
        "apigateway/resource:Resource",
        "files",
        restApi=api.id,
        parentId=api.outputs["rootResourceId"],
        pathPart="files",
    )
    one = aws.create("apigateway/resource:Resource", "one", restApi=api.id, parentId=files.id, pathPart="{id}")
    assert one.outputs["path"] == "/files/{id}"
    mock(aws, api, one.id, body='{"ok": true}')
    stage = deploy(aws, api, xrayTracingEnabled=True, variables={"a": "1"})
    status, headers, body = http(f"{stage.outputs['invokeUrl']}/files/7")
    assert (status, headers["X-Kind"], json.loads(body)) == (200, "mock", {"ok": True})
    assert stage.simulated == {}
    assert stage.id == f"ags-{api.id}-live"


def test_api_is_as_declared_and_changes_in_place(aws: Any) -> None:
    made = aws.create(
        "apigateway/restApi:RestApi",
        "shop",
        name="my-shop",
        description="first",
        binaryMediaTypes=["image/png"],
        minimumCompressionSize="1024",
        endpointConfiguration={"types": "REGIONAL"},
        tags={"a": "1", "b": "2"},
    )
    found = aws.client("apigateway").get_rest_api(restApiId=made.id)
    assert (found["name"], found["description"], found["minimumCompressionSize"]) == ("my-shop", "first", 1024)
    assert found["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert found["tags"] == {"a": "1", "b": "2"}
    assert made.outputs["executionArn"] == f"arn:aws:execute-api:{aws.endpoint.region}:{aws.endpoint.account}:{made.id}"

    changed = aws.update(
        made,
        name="my-shop",
        description="second",
        endpointConfiguration={"types": "EDGE"},
        disableExecuteApiEndpoint=False,
        tags={"a": "3"},
    )
    found = aws.client("apigateway").get_rest_api(restApiId=made.id)
    assert (found["description"], found["endpointConfiguration"]["types"]) == ("second", ["EDGE"])
    assert found.get("minimumCompressionSize") is None
    assert found["binaryMediaTypes"] == []
    assert aws.client("apigateway").get_tags(resourceArn=changed.outputs["arn"])["tags"] == {"a": "3"}
    assert changed.outputs["rootResourceId"] == made.outputs["rootResourceId"]


def test_read_finds_an_api_and_a_stage(aws: Any, api: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"])
    stage = deploy(aws, api)
    found = aws.read("apigateway/restApi:RestApi", api.id)
    assert {k: found.outputs[k] for k in ("name", "rootResourceId", "executionArn")} == {
        k: api.outputs[k] for k in ("name", "rootResourceId", "executionArn")
    }
    again = aws.read("apigateway/stage:Stage", stage.id)
    assert again.outputs["invokeUrl"] == stage.outputs["invokeUrl"]
    assert again.outputs["deployment"] == stage.inputs["deployment"]


def test_a_method_keeps_its_integration_when_it_changes(aws: Any, api: Any) -> None:
    root = api.outputs["rootResourceId"]
    place = {"restApi": api.id, "resourceId": root, "httpMethod": "POST"}
    method = aws.create("apigateway/method:Method", "post", **place, authorization="NONE", apiKeyRequired=True)
    integration = aws.create(
        "apigateway/integration:Integration", "post", **place, type="MOCK", requestTemplates={"application/json": "{}"}
    )
    aws.create("apigateway/integrationResponse:IntegrationResponse", "post", **place, statusCode="200")
    aws.update(method, **place, authorization="NONE", requestModels={"application/json": "Empty"})
    aws.update(
        integration, **place, type="MOCK", requestTemplates={"application/json": "{ }"}, timeoutMilliseconds=1000
    )
    found = aws.client("apigateway").get_method(restApiId=api.id, resourceId=root, httpMethod="POST")
    assert found["apiKeyRequired"] is False
    assert found["requestModels"] == {"application/json": "Empty"}
    assert found["methodIntegration"]["requestTemplates"] == {"application/json": "{ }"}
    assert found["methodIntegration"]["timeoutInMillis"] == 1000
    assert "200" in found["methodIntegration"]["integrationResponses"]


def test_ids_are_those_of_the_provider(aws: Any, api: Any) -> None:
    root = api.outputs["rootResourceId"]
    response = mock(aws, api, root)
    assert response.id == f"agir-{api.id}-{root}-GET-200"
    assert aws.create("apigateway/account:Account", "account").id == "api-gateway-account"


def test_responses_are_replaced_as_a_whole(aws: Any, api: Any, http: Any) -> None:
    root = api.outputs["rootResourceId"]
    response = mock(aws, api, root, body="one")
    place = {k: response.inputs[k] for k in ("restApi", "resourceId", "httpMethod", "statusCode")}
    aws.update(response, **place, responseTemplates={"application/json": "two"})
    status, headers, body = http(deploy(aws, api).outputs["invokeUrl"])
    assert (status, headers.get("X-Kind"), body) == (200, None, "two")


def test_a_validator_refuses_what_the_model_does_not_allow(aws: Any, api: Any, http: Any) -> None:
    schema = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    model = aws.create(
        "apigateway/model:Model",
        "file",
        restApi=api.id,
        name="File",
        contentType="application/json",
        schema=json.dumps(schema),
    )
    validator = aws.create(
        "apigateway/requestValidator:RequestValidator", "body", restApi=api.id, name="body", validateRequestBody=True
    )
    mock(
        aws,
        api,
        api.outputs["rootResourceId"],
        "POST",
        requestModels={"application/json": model.outputs["name"]},
        requestValidatorId=validator.id,
    )
    aws.create(
        "apigateway/response:Response",
        "bad",
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        statusCode="422",
        responseTemplates={"application/json": '{"wrong": $context.error.messageString}'},
    )
    url = deploy(aws, api).outputs["invokeUrl"]
    json_type = {"Content-Type": "application/json"}
    assert http(url, "POST", b'{"name": "a"}', **json_type)[0] == 200
    status, _, body = http(url, "POST", b"{}", **json_type)
    assert (status, json.loads(body)) == (422, {"wrong": "Invalid request body"})

    aws.update(validator, restApi=api.id, name="body")
    assert http(url, "POST", b"{}", **json_type)[0] == 200
    aws.update(model, restApi=api.id, name="File", contentType="application/json", schema="{}", description="any")
    assert aws.client("apigateway").get_model(restApiId=api.id, modelName="File")["schema"] == "{}"


def test_a_gateway_response_can_be_taken_back(aws: Any, api: Any, http: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"])
    made = aws.create(
        "apigateway/response:Response",
        "missing",
        restApiId=api.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
    )
    assert made.id == f"aggr-{api.id}-MISSING_AUTHENTICATION_TOKEN"
    assert http(f"{deploy(aws, api, 'one').outputs['invokeUrl']}/nothing")[0] == 404
    aws.delete(made)
    aws.delete(made)
    assert http(f"{deploy(aws, api, 'two').outputs['invokeUrl']}/nothing")[0] == 403


def test_a_key_of_the_plan_opens_and_its_quota_closes(aws: Any, api: Any, http: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"], apiKeyRequired=True)
    stage = deploy(aws, api)
    key = aws.create("apigateway/apiKey:ApiKey", "partner", tags={"a": "1"})
    plan = aws.create(
        "apigateway/usagePlan:UsagePlan",
        "plan",
        apiStages=[{"apiId": api.id, "stage": "live"}],
        quotaSettings={"limit": 2, "period": "DAY"},
        throttleSettings={"rateLimit": 1000.0, "burstLimit": 1000},
    )
    link = aws.create(
        "apigateway/usagePlanKey:UsagePlanKey", "link", keyId=key.id, keyType="API_KEY", usagePlanId=plan.id
    )
    assert link.outputs["value"] == key.outputs["value"]
    url = stage.outputs["invokeUrl"]
    assert http(url)[0] == 403
    header = {"x-api-key": key.outputs["value"]}
    assert [http(url, **header)[0] for _ in range(3)] == [200, 200, 429]

    aws.update(plan, apiStages=[{"apiId": api.id, "stage": "live"}])
    assert http(url, **header)[0] == 200
    aws.delete(link)
    assert http(url, **header)[0] == 403


def test_a_key_changes_and_is_found(aws: Any) -> None:
    key = aws.create("apigateway/apiKey:ApiKey", "partner", value="x" * 24, tags={"a": "1"})
    assert key.outputs["value"] == "x" * 24
    aws.update(key, value="x" * 24, enabled=False, description="off", tags={"b": "2"})
    found = aws.client("apigateway").get_api_key(apiKey=key.id)
    assert (found["enabled"], found["description"]) == (False, "off")
    assert aws.client("apigateway").get_tags(resourceArn=key.outputs["arn"])["tags"] == {"b": "2"}
    assert aws.read("apigateway/apiKey:ApiKey", key.id).outputs["enabled"] is False
    aws.delete(key)
    aws.delete(key)


def test_method_settings_throttle_a_method(aws: Any, api: Any, http: Any) -> None:
    part = aws.create(
        "apigateway/resource:Resource", "a", restApi=api.id, parentId=api.outputs["rootResourceId"], pathPart="a"
    )
    deep = aws.create("apigateway/resource:Resource", "b", restApi=api.id, parentId=part.id, pathPart="b")
    mock(aws, api, deep.id)
    stage = deploy(aws, api)
    limits = {"throttlingRateLimit": 0.001, "throttlingBurstLimit": 2}
    place = {"restApi": api.id, "stageName": "live", "methodPath": "a/b/GET"}
    made = aws.create("apigateway/methodSettings:MethodSettings", "limits", **place, settings=limits)
    url = f"{stage.outputs['invokeUrl']}/a/b"
    assert [http(url)[0] for _ in range(3)] == [200, 200, 429]

    aws.update(made, **place, settings={"metricsEnabled": True, "loggingLevel": "INFO"})
    settings = aws.client("apigateway").get_stage(restApiId=api.id, stageName="live")["methodSettings"]["a/b/GET"]
    assert (settings["metricsEnabled"], settings["loggingLevel"]) == (True, "INFO")
    assert http(url)[0] == 200
    aws.delete(made)
    aws.delete(made)
    assert aws.client("apigateway").get_stage(restApiId=api.id, stageName="live")["methodSettings"] == {}


def test_stage_follows_a_new_deployment_and_keeps_its_log_settings(aws: Any, api: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"])
    logs = {"destinationArn": "arn:aws:logs:us-east-1:1:log-group:api", "format": "$context.requestId"}
    stage = deploy(aws, api, accessLogSettings=logs, tags={"a": "1"})
    second = aws.create("apigateway/deployment:Deployment", "second", restApi=api.id, triggers={"a": "2"})
    changed = aws.update(
        stage,
        restApi=api.id,
        stageName="live",
        deployment=second.id,
        accessLogSettings=logs,
        variables={"b": "2"},
        xrayTracingEnabled=True,
    )
    found = aws.client("apigateway").get_stage(restApiId=api.id, stageName="live")
    assert (found["deploymentId"], found["variables"], found["tracingEnabled"]) == (second.id, {"b": "2"}, True)
    assert found["accessLogSettings"] == logs
    assert changed.outputs["invokeUrl"] == stage.outputs["invokeUrl"]


def test_other_triggers_replace_a_deployment(aws: Any, api: Any) -> None:
    made = aws.create("apigateway/deployment:Deployment", "deployment", restApi=api.id, triggers={"a": "1"})
    changed = frozenset({"triggers", "description"})
    assert aws.provider.replacing(made, made, changed) == {"triggers"}
    aws.update(made, restApi=api.id, triggers={"a": "1"}, description="why")
    assert aws.client("apigateway").get_deployment(restApiId=api.id, deploymentId=made.id)["description"] == "why"


def test_the_policy_of_an_api_closes_it(aws: Any, api: Any, http: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"])
    url = deploy(aws, api).outputs["invokeUrl"]
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [nobody]})
    made = aws.create("apigateway/restApiPolicy:RestApiPolicy", "policy", restApiId=api.id, policy=policy)
    assert http(url)[0] == 403
    aws.delete(made)
    assert http(url)[0] == 200


def test_account_has_its_log_role(aws: Any) -> None:
    account = aws.create("apigateway/account:Account", "account", cloudwatchRoleArn="arn:aws:iam::1:role/logs")
    assert account.outputs["throttleSettings"] == [{"burstLimit": 5000, "rateLimit": 10000}]
    assert aws.client("apigateway").get_account()["cloudwatchRoleArn"] == "arn:aws:iam::1:role/logs"
    aws.delete(account)
    assert not aws.client("apigateway").get_account().get("cloudwatchRoleArn")


def test_authorizer_changes_in_place(aws: Any, api: Any) -> None:
    function = "arn:aws:lambda:us-east-1:1:function:f"
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    made = aws.create("apigateway/authorizer:Authorizer", "who", restApi=api.id, authorizerUri=uri)
    found = aws.client("apigateway").get_authorizer(restApiId=api.id, authorizerId=made.id)
    assert (found["type"], found["identitySource"]) == ("TOKEN", "method.request.header.Authorization")
    changed = aws.update(made, restApi=api.id, authorizerUri=uri, authorizerResultTtlInSeconds=0, name="other")
    found = aws.client("apigateway").get_authorizer(restApiId=api.id, authorizerId=made.id)
    assert (found["name"], found["authorizerResultTtlInSeconds"]) == ("other", 0)
    pools = [f"arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_{number}" for number in range(3)]
    made = aws.update(changed, restApi=api.id, type="COGNITO_USER_POOLS", providerArns=pools[:2])
    aws.update(made, restApi=api.id, type="COGNITO_USER_POOLS", providerArns=pools[1:])
    found = aws.client("apigateway").get_authorizer(restApiId=api.id, authorizerId=made.id)
    assert (found["type"], found["providerARNs"]) == ("COGNITO_USER_POOLS", pools[1:])
    aws.delete(made)
    aws.delete(made)


def test_a_domain_name_leads_to_the_stage(aws: Any, api: Any, http: Any) -> None:
    mock(aws, api, api.outputs["rootResourceId"], body="mapped")
    deploy(aws, api)
    domain = f"{api.id}.example.org"
    name = aws.create(
        "apigateway/domainName:DomainName", "own", domainName=domain, endpointConfiguration={"types": "REGIONAL"}
    )
    mapping = aws.create(
        "apigateway/basePathMapping:BasePathMapping", "all", domainName=domain, restApi=api.id, stageName="live"
    )
    assert http(aws.endpoint.url, Host=domain)[2] == "mapped"
    changed = aws.update(name, domainName=domain, endpointConfiguration={"types": "EDGE"})
    assert list(changed.simulated) == ["endpointConfiguration"]
    aws.delete(mapping)
    aws.delete(mapping)
    aws.delete(name)
    aws.delete(name)


def test_documentation_part(aws: Any, api: Any) -> None:
    location = {"type": "API"}
    made = aws.create(
        "apigateway/documentationPart:DocumentationPart", "d", restApiId=api.id, location=location, properties="{}"
    )
    aws.update(made, restApiId=api.id, location=location, properties='{"a": 1}')
    part = made.outputs["documentationPartId"]
    found = aws.client("apigateway").get_documentation_part(restApiId=api.id, documentationPartId=part)
    assert found["properties"] == '{"a": 1}'
    aws.delete(made)
    aws.delete(made)


@pytest.mark.parametrize("kind", ["apigateway/resource:Resource", "apigateway/restApi:RestApi"])
def test_delete_twice_is_fine(aws: Any, api: Any, kind: str) -> None:
    part = aws.create(
        "apigateway/resource:Resource", "a", restApi=api.id, parentId=api.outputs["rootResourceId"], pathPart="a"
    )
    made = part if kind.endswith("Resource") else api
    aws.delete(made)
    aws.delete(made)
    aws.delete(part)
