from __future__ import annotations

import json

import pytest

from stackwright.components import ComponentError, RestApi, Route
from stackwright.components.rest_api.routes import all_paths

SCHEMA = {"title": "NewFile", "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def make(environment, worker, changes=None, **args):
    def program():
        env = environment()
        function = worker(env)
        routes = {
            "POST /files": Route(function=function, body=SCHEMA),
            "GET /files/{id}": Route(function=function),
            **(changes(function) if changes is not None else {}),
        }
        RestApi("api", routes=routes, **args, opts=env.opts)

    return program


def test_each_route_may_invoke_its_function_and_nothing_more(run, environment, worker):
    recorder = run(make(environment, worker))

    api = "arn:aws:execute-api:us-east-1:123456789012:abc123"
    assert {r.inputs["sourceArn"] for r in recorder.all("Permission")} == {
        f"{api}/dev/POST/files",
        f"{api}/dev/GET/files/*",
    }
    proxies = [r.inputs for r in recorder.all("Integration") if r.inputs["type"] == "AWS_PROXY"]
    assert len(proxies) == 2
    for proxy in proxies:
        assert proxy["integrationHttpMethod"] == "POST"
        assert proxy["uri"] == (
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:us-east-1:123456789012:function:shop-worker-dev/invocations"
        )


def test_every_path_answers_preflight_health_and_wrong_methods_completely(run, environment, worker):
    recorder = run(make(environment, worker))

    mocks = [r.name.removesuffix("-integration") for r in recorder.all("Integration") if r.inputs["type"] == "MOCK"]
    assert sorted(mocks) == [
        "api-any-files",
        "api-any-files-id",
        "api-any-health",
        "api-get-health",
        "api-options-files",
        "api-options-files-id",
        "api-options-health",
    ]
    for mock in mocks:
        method, answer = recorder.one(f"{mock}-method").inputs, recorder.one(f"{mock}-method-response").inputs
        integration = recorder.one(f"{mock}-integration").inputs
        mapped = recorder.one(f"{mock}-integration-response").inputs
        assert method["httpMethod"] == answer["httpMethod"] == integration["httpMethod"] == mapped["httpMethod"]
        for template in integration["requestTemplates"].values():
            assert str(json.loads(template)["statusCode"]) == answer["statusCode"] == mapped["statusCode"]
        assert answer["responseParameters"].keys() == mapped["responseParameters"].keys()
        assert mapped["responseParameters"]["method.response.header.Access-Control-Allow-Origin"] == "'*'"
    wrong = recorder.one("api-any-files-integration-response").inputs
    assert wrong["statusCode"] == "405"
    assert wrong["responseParameters"]["method.response.header.Allow"] == "'OPTIONS, POST'"
    error = json.loads(wrong["responseTemplates"]["application/json"])["error"]
    assert error.keys() == {"code", "message", "correlationId"}
    assert error["code"] == "method_not_allowed"
    preflight = recorder.one("api-options-files-integration-response").inputs["responseParameters"]
    assert preflight["method.response.header.Access-Control-Allow-Methods"] == "'GET,POST,PUT,DELETE,OPTIONS'"
    assert "X-Api-Key,X-Amz-Security-Token" in preflight["method.response.header.Access-Control-Allow-Headers"]


def test_errors_of_the_gateway_have_the_common_shape_and_cors_headers(run, environment, worker):
    answers = {
        r.inputs["responseType"]: r.inputs for r in run(make(environment, worker)).all("apigateway/response:Response")
    }

    assert answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"
    assert {t: answers[t]["statusCode"] for t in ("THROTTLED", "REQUEST_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")} == {
        "THROTTLED": "429",
        "REQUEST_TOO_LARGE": "413",
        "UNSUPPORTED_MEDIA_TYPE": "415",
    }
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= answers.keys()
    for answer in answers.values():
        error = json.loads(answer["responseTemplates"]["application/json"])["error"]
        assert {"code", "message", "correlationId"} <= error.keys() <= {"code", "message", "details", "correlationId"}
        assert answer["responseParameters"] == {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.Access-Control-Expose-Headers": "'X-Correlation-Id'",
            "gatewayresponse.header.X-Correlation-Id": "context.requestId",
        }


def test_an_error_may_say_more_than_in_general(run, environment, worker):
    recorder = run(make(environment, worker, error_messages={"REQUEST_TOO_LARGE": "Use PUT /parts."}))

    template = recorder.one("api-response-request-too-large").inputs["responseTemplates"]["application/json"]
    assert json.loads(template)["error"]["message"] == "Use PUT /parts."
    with pytest.raises(ComponentError, match="error_messages names TOO_LARGE"):
        run(make(environment, worker, error_messages={"TOO_LARGE": "x"}))


def test_a_body_becomes_a_model_that_the_gateway_checks(run, environment, worker):
    recorder = run(make(environment, worker))

    model = recorder.all("Model")[0].inputs
    assert model["name"] == "NewFile"
    assert json.loads(model["schema"]) == {"$schema": "http://json-schema.org/draft-04/schema#", **SCHEMA}
    method = recorder.one("api-post-files-method").inputs
    assert method["requestModels"] == {"application/json": "NewFile"}
    assert method["requestValidatorId"] == "api-post-files-validator-id"
    assert recorder.one("api-post-files-validator").inputs["validateRequestBody"] is True


def test_a_body_that_the_function_checks_has_a_model_and_no_validator(run, environment, worker):
    def changes(function):
        return {"POST /files": Route(function=function, body=SCHEMA, body_checked_by="function")}

    recorder = run(make(environment, worker, changes))

    assert len(recorder.all("Model")) == 1
    assert recorder.all("RequestValidator") == []


def deployed(run, program):
    return run(program).one("api-deployment").inputs["triggers"]["definition"]


def test_whatever_a_client_could_notice_redeploys_and_nothing_else_does(run, environment, worker):
    def with_field(function):
        other = {**SCHEMA, "required": []}
        return {"POST /files": Route(function=function, body=other)}

    before = deployed(run, make(environment, worker))

    assert deployed(run, make(environment, worker)) == before
    assert deployed(run, make(environment, worker, log_retention_days=30, throttle_rate=5)) == before
    transforms = {
        "response-throttled": {"status_code": "503"},
        "get-files-id-method": {"authorization": "AWS_IAM"},
        "options-files-integration-response": {"response_templates": {"application/json": "{}"}},
        "options-files-method-response": {"response_parameters": {}},
    }
    changed = [
        deployed(run, make(environment, worker, with_field)),
        deployed(run, make(environment, worker, lambda f: {"DELETE /files/{id}": Route(function=f)})),
        deployed(run, make(environment, worker, api_key_required=True)),
        deployed(run, make(environment, worker, health_path="/healthz")),
        *(deployed(run, make(environment, worker, transform={k: v})) for k, v in transforms.items()),
    ]
    assert len({before, *changed}) == len(changed) + 1


def test_the_deployment_waits_for_all_that_it_contains(run, environment, worker):
    recorder = run(make(environment, worker))

    deployment = recorder.one("api-deployment")
    for kind in ("Integration", "IntegrationResponse", "Response"):
        for part in recorder.all(f"apigateway/{kind[0].lower()}{kind[1:]}:{kind}"):
            if part.inputs.get("type") != "MOCK":
                assert deployment.depends_on(part.name), part.name


def test_the_stage_logs_traces_and_limits(run, environment, worker):
    recorder = run(make(environment, worker, throttle_rate=100, throttle_burst=50, manage_account_role=True))

    stage = recorder.one("api-stage")
    assert stage.inputs["stageName"] == "dev"
    assert stage.inputs["xrayTracingEnabled"] is True
    fields = json.loads(stage.inputs["accessLogSettings"]["format"])
    assert {
        "requestId",
        "ip",
        "requestTime",
        "httpMethod",
        "resourcePath",
        "status",
        "protocol",
        "responseLength",
    } <= fields.keys()
    assert stage.depends_on("api-account")
    settings = recorder.one("api-settings").inputs["settings"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (100, 50)


def test_an_api_key_is_asked_of_functions_and_not_of_health(run, environment, worker):
    recorder = run(make(environment, worker, api_key_required=True))

    assert recorder.one("api-post-files-method").inputs["apiKeyRequired"] is True
    assert recorder.one("api-get-health-method").inputs.get("apiKeyRequired", False) is False
    assert recorder.all("UsagePlanKey")[0].inputs["keyType"] == "API_KEY"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (lambda f: {"files": Route(function=f)}, "'files' is no route"),
        (lambda f: {"FETCH /files": Route(function=f)}, "is no route"),
        (lambda f: {"GET /files/": Route(function=f)}, "is no route"),
        (lambda f: {"GET /health": Route(function=f)}, "health check"),
        (
            lambda f: {"PUT /files": Route(function=f, body={"properties": {"a": {"const": 1}}})},
            "the schema of PUT /files uses const",
        ),
    ],
)
def test_routes_that_cannot_work_are_refused(run, environment, worker, changes, message):
    with pytest.raises(ComponentError, match=message):
        run(make(environment, worker, changes))


def test_a_property_may_be_called_like_a_keyword(run, environment, worker):
    body = {"type": "object", "properties": {"if": {"type": "string"}, "const": {"type": "string"}}}

    run(make(environment, worker, lambda f: {"PUT /files": Route(function=f, body=body)}))


def test_parents_come_first():
    assert all_paths(["/a/{b}/c", "/", "/a/d"]) == ["/a", "/a/d", "/a/{b}", "/a/{b}/c"]
