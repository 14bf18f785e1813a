"""The events and answers of HTTP APIs, in both payload formats."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from stackwright.emulator.launcher.http_events import HttpApiRequest, response_of


def request(**changes: Any) -> HttpApiRequest:
    values: dict[str, Any] = {
        "api_id": "abc",
        "account": "123456789012",
        "stage": "live",
        "route_key": "ANY /files/{id}",
        "method": "GET",
        "path": "/files/7",
        "request_id": "id-1",
        "host": "abc.execute-api.local",
        "headers": {"cookie": "a=1; b=2", "user-agent": "tester"},
        "query": {"p": ["1", "2"], "q": ["x"]},
        "raw_query": "p=1&p=2&q=x",
        "body": "hello",
        "is_base64": False,
        "path_parameters": {"id": "7"},
        "stage_variables": {"mode": "on"},
        "received": 1583348638.39,
    }
    return HttpApiRequest(**{**values, **changes})


def test_an_event_of_format_2_0() -> None:
    assert request(authorizer_2_0={"lambda": {"who": "me"}}).event("2.0") == {
        "version": "2.0",
        "routeKey": "ANY /files/{id}",
        "rawPath": "/live/files/7",
        "rawQueryString": "p=1&p=2&q=x",
        "cookies": ["a=1", "b=2"],
        "headers": {"user-agent": "tester"},
        "queryStringParameters": {"p": "1,2", "q": "x"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "authorizer": {"lambda": {"who": "me"}},
            "domainName": "abc.execute-api.local",
            "domainPrefix": "abc",
            "http": {
                "method": "GET",
                "path": "/live/files/7",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "tester",
            },
            "requestId": "id-1",
            "routeKey": "ANY /files/{id}",
            "stage": "live",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "body": "hello",
        "pathParameters": {"id": "7"},
        "isBase64Encoded": False,
        "stageVariables": {"mode": "on"},
    }


def test_an_event_of_format_1_0() -> None:
    event = request(authorizer_1_0={"claims": {"sub": "me"}, "scopes": []}).event("1.0")

    identity = event["requestContext"].pop("identity")
    assert (identity.pop("sourceIp"), identity.pop("userAgent")) == ("127.0.0.1", "tester")
    assert len(identity) == 10
    assert set(identity.values()) == {None}
    assert event == {
        "version": "1.0",
        "resource": "/files/{id}",
        "path": "/live/files/7",
        "httpMethod": "GET",
        "headers": {"cookie": "a=1; b=2", "user-agent": "tester"},
        "multiValueHeaders": {"cookie": ["a=1; b=2"], "user-agent": ["tester"]},
        "queryStringParameters": {"p": "1", "q": "x"},
        "multiValueQueryStringParameters": {"p": ["1", "2"], "q": ["x"]},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "authorizer": {"claims": {"sub": "me"}, "scopes": []},
            "domainName": "abc.execute-api.local",
            "domainPrefix": "abc",
            "extendedRequestId": "id-1",
            "httpMethod": "GET",
            "path": "/live/files/7",
            "protocol": "HTTP/1.1",
            "requestId": "id-1",
            "requestTime": "04/Mar/2020:19:03:58 +0000",
            "requestTimeEpoch": 1583348638390,
            "resourceId": "ANY /files/{id}",
            "resourcePath": "/files/{id}",
            "stage": "live",
        },
        "pathParameters": {"id": "7"},
        "stageVariables": {"mode": "on"},
        "body": "hello",
        "isBase64Encoded": False,
    }


def test_what_a_request_does_not_have() -> None:
    bare = request(
        stage="$default",
        route_key="$default",
        headers={},
        query={},
        raw_query="",
        body=None,
        path_parameters=None,
        stage_variables=None,
    )

    second, first = bare.event("2.0"), bare.event("1.0")

    absent = {"cookies", "queryStringParameters", "body", "pathParameters", "stageVariables"}
    assert not absent & second.keys()
    assert second["rawPath"] == first["path"] == first["requestContext"]["path"] == "/files/7"
    assert first["resource"] == first["requestContext"]["resourceId"] == "$default"
    nothing = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
    assert {first[name] for name in nothing} == {None}
    assert "authorizer" not in first["requestContext"]


@pytest.mark.parametrize(
    ("answer", "body"),
    [("hi", b"hi"), ({"message": "hi"}, b'{"message": "hi"}'), ([1], b"[1]"), (5, b"5"), (None, b"null")],
)
def test_format_2_0_infers_a_response(answer: Any, body: bytes) -> None:
    assert response_of(answer, "2.0") == (200, {"Content-Type": "application/json"}, body)
    assert response_of(answer, "1.0") is None


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_what_is_no_response_in_either_format(version: str) -> None:
    assert response_of({"statusCode": "abc"}, version) is None
    assert response_of({"statusCode": 200, "body": {"x": 1}}, version) is None
    assert response_of({"statusCode": 200, "body": "no base64!", "isBase64Encoded": True}, version) is None


def test_a_response_of_either_format() -> None:
    answer = {
        "statusCode": "201",
        "headers": {"content-type": "text/plain", "set-cookie": "z=0"},
        "multiValueHeaders": {"x-many": ["1", "2"]},
        "cookies": ["a=1", "b=2"],
        "body": base64.b64encode(b"\xff").decode(),
        "isBase64Encoded": True,
    }

    assert response_of(answer, "1.0") == (
        201,
        {"content-type": "text/plain", "set-cookie": "z=0", "x-many": ["1", "2"]},
        b"\xff",
    )
    assert response_of(answer, "2.0") == (
        201,
        {"content-type": "text/plain", "Set-Cookie": ["a=1", "b=2", "z=0"]},
        b"\xff",
    )
