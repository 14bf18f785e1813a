"""REST APIs refuse more than 10,240 bytes of headers, as API Gateway does."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("size", "status"), [(9_000, 200), (10_240, 431)])
def test_headers_end_at_10240_bytes(account: Any, size: int, status: int) -> None:
    gateway = account.client("apigateway")
    number = gateway.create_rest_api(name=f"headers-{size}")["id"]
    root = gateway.get_resources(restApiId=number)["items"][0]["id"]
    method = {"restApiId": number, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration_response(**method, statusCode="200")
    gateway.create_deployment(restApiId=number, stageName="live")
    connection = http.client.HTTPConnection("127.0.0.1", account.emulator.port, timeout=30)
    try:
        connection.request("GET", f"/restapis/{number}/live/_user_request_/", headers={"X-Long": "a" * size})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    assert answer.status == status, text
    if status == 431:
        assert json.loads(text)["message"] == "HTTP header is larger than 10240 bytes."
