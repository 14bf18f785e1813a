"""Patch ``http_api``: HTTP APIs call functions as API Gateway calls them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

HANDLER = """
import json
import time

def handler(event, context):
    what = (event.get("queryStringParameters") or {}).get("do", "event")
    if what == "raise":
        raise ValueError("password=1")
    if what == "sleep":
        time.sleep(5)
    if what == "plain":
        return {"only": "a body"}
    return {"statusCode": 200, "body": json.dumps(event)}
"""
AUTHORIZER = """
def handler(event, context):
    token = event["headers"].get("authorization", "")
    if event["version"] == "2.0":
        return {"isAuthorized": token == "yes", "context": {"seen": event["rawPath"], "cookies": event.get("cookies")}}
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow" if token == "yes" else "Deny", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "me", "policyDocument": policy, "context": {"token": event["authorizationToken"]}}
"""


class HttpApi:
    """An HTTP API with a stage of its own name and a function that tells its event."""

    def __init__(self, account: Any, **integration: Any) -> None:
        self.account = account
        self.client = account.client("apigatewayv2")
        self.id = self.client.create_api(Name=account.name("http"), ProtocolType="HTTP")["ApiId"]
        self.arn = f"arn:aws:execute-api:{account.emulator.region}:{account.emulator.account}:{self.id}"
        self.function = account.function(HANDLER, Timeout=20)
        settings = {"PayloadFormatVersion": "2.0", **integration}
        self.integration = self.client.create_integration(
            ApiId=self.id, IntegrationType="AWS_PROXY", IntegrationUri=self.uri(self.function), **settings
        )["IntegrationId"]
        self.client.create_stage(ApiId=self.id, StageName="v1", AutoDeploy=True)

    def uri(self, function: str) -> str:
        return self.account.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]

    def route(self, key: str, **settings: Any) -> None:
        self.client.create_route(ApiId=self.id, RouteKey=key, Target=f"integrations/{self.integration}", **settings)

    def permit(self, source: str, function: str | None = None) -> None:
        self.account.client("lambda").add_permission(
            FunctionName=function or self.function,
            StatementId=self.account.name("s"),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"{self.arn}/{source}",
        )

    def call(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.account.emulator.port, timeout=30)
        try:
            connection.request(method, f"/_aws/execute-api/{self.id}/v1{path}", headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module", params=["1.0", "2.0"])
def api(request: pytest.FixtureRequest, account: Any) -> HttpApi:
    made = HttpApi(account, PayloadFormatVersion=request.param)
    made.route("GET /files/{id}")
    made.route("ANY /all/{proxy+}")
    made.permit("*/*")
    made.format = request.param  # type: ignore[attr-defined]
    return made


def test_the_event_has_the_format_of_the_integration(api: HttpApi) -> None:
    status, event = api.call("/files/7?a=1&a=2", headers={"Cookie": "a=1; b=2"})

    assert (status, event["version"]) == (200, api.format)  # type: ignore[attr-defined]
    assert event["pathParameters"] == {"id": "7"}
    if event["version"] == "1.0":
        assert (event["resource"], event["path"], event["httpMethod"]) == ("/files/{id}", "/v1/files/7", "GET")
        assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
        assert event["multiValueHeaders"]["cookie"] == ["a=1; b=2"]
        assert event["requestContext"]["resourceId"] == "GET /files/{id}"
    else:
        assert (event["routeKey"], event["rawPath"]) == ("GET /files/{id}", "/v1/files/7")
        assert event["rawQueryString"] == "a=1&a=2"
        assert event["cookies"] == ["a=1", "b=2"]


def test_an_answer_without_a_status_is_a_response_in_format_2_0_only(api: HttpApi) -> None:
    expected = {"1.0": (500, {"message": "Internal Server Error"}), "2.0": (200, {"only": "a body"})}
    assert api.call("/files/7?do=plain") == expected[api.format]  # type: ignore[attr-defined]


def test_an_error_of_the_handler_is_500_without_its_words(api: HttpApi) -> None:
    assert api.call("/files/7?do=raise") == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize(("path", "proxy"), [("/all/", ""), ("/all/a//b", "a//b"), ("/all/a%0Ab", "a\nb")])
def test_a_greedy_parameter_takes_everything(api: HttpApi, path: str, proxy: str) -> None:
    status, event = api.call(path)
    assert (status, event["pathParameters"]) == (200, {"proxy": proxy})


def test_the_permission_is_for_the_route(account: Any) -> None:
    api = HttpApi(account)
    api.route("GET /files/{id}")
    api.route("$default")
    assert api.call("/files/7") == (500, {"message": "Internal Server Error"})
    api.permit("*/GET/files/7")
    assert api.call("/files/7")[0] == 500
    api.permit("*/*/files/{id}")
    assert api.call("/files/a%0Ab")[0] == 200
    assert api.call("/other")[0] == 500
    api.permit("*/$default")
    assert api.call("/other")[0] == 200


def test_a_function_that_takes_too_long_or_may_not_run_is_503(account: Any) -> None:
    api = HttpApi(account, TimeoutInMillis=300)
    api.route("GET /fn")
    api.permit("*/*")
    api.call("/fn")
    assert api.call("/fn?do=sleep") == (503, {"message": "Service Unavailable"})
    account.client("lambda").put_function_concurrency(FunctionName=api.function, ReservedConcurrentExecutions=0)
    assert api.call("/fn") == (503, {"message": "Service Unavailable"})


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_an_authorizer_is_asked_in_its_format_and_needs_a_permission(account: Any, version: str) -> None:
    api = HttpApi(account)
    function = account.function(AUTHORIZER)
    uri = (
        f"arn:aws:apigateway:{account.emulator.region}:lambda:path/2015-03-31/functions/{api.uri(function)}/invocations"
    )
    authorizer = api.client.create_authorizer(
        ApiId=api.id,
        Name="ask",
        AuthorizerType="REQUEST",
        AuthorizerUri=uri,
        IdentitySource=["$request.header.Authorization"],
        AuthorizerPayloadFormatVersion=version,
        AuthorizerResultTtlInSeconds=0,
        **({"EnableSimpleResponses": True} if version == "2.0" else {}),
    )["AuthorizerId"]
    api.route("GET /fn", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    api.permit("*/*")

    headers = {"Authorization": "yes", "Cookie": "c=1"}
    assert api.call("/fn", headers=headers)[0] == 500
    api.permit(f"authorizers/{authorizer}", function)
    status, event = api.call("/fn", headers=headers)
    assert status == 200
    known = event["requestContext"]["authorizer"]["lambda"]
    expected = {"1.0": {"principalId": "me", "token": "yes"}, "2.0": {"seen": "/v1/fn", "cookies": ["c=1"]}}
    assert known == expected[version]
    assert api.call("/fn", headers={"Authorization": "no"})[0] == 403
    assert api.call("/fn")[0] == 401
