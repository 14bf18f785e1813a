"""APIs that want IAM: a signature counts for one region, service and path."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing

pytestmark = pytest.mark.e2e


@pytest.fixture
def api(aws: Any, unique: str) -> str:
    """The path of a stage whose methods want IAM."""
    gateway = aws.client("apigateway")
    number = gateway.create_rest_api(name=unique)["id"]
    root = gateway.get_resources(restApiId=number)["items"][0]["id"]
    for part in ("open", "other"):
        resource = gateway.create_resource(restApiId=number, parentId=root, pathPart=part)["id"]
        method = {"restApiId": number, "resourceId": resource, "httpMethod": "GET"}
        gateway.put_method(**method, authorizationType="AWS_IAM")
        gateway.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        gateway.put_method_response(**method, statusCode="200")
        gateway.put_integration_response(**method, statusCode="200")
    gateway.create_deployment(restApiId=number, stageName="live")
    return f"/restapis/{number}/live/_user_request_"


@pytest.mark.parametrize(
    ("service", "region", "signed_path", "status"),
    [
        ("execute-api", "us-east-1", "/open", 200),
        ("execute-api", "eu-west-1", "/open", 403),
        ("lambda", "us-east-1", "/open", 403),
        ("execute-api", "us-east-1", "/other", 403),
    ],
    ids=["right", "other-region", "other-service", "other-path"],
)
def test_a_signature_is_for_one_api_and_path(
    stranger: Any, api: str, service: str, region: str, signed_path: str, status: int
) -> None:
    keys = stranger.emulator.root()
    request = AWSRequest("GET", f"{stranger.emulator.endpoint}{api}{signed_path}")
    SigV4Auth(Signing(keys.access_key, keys.secret_key, keys.token or None), service, region).add_auth(request)
    headers = {"Host": f"127.0.0.1:{stranger.emulator.port}", **dict(request.headers.items())}
    assert stranger.send("GET", f"{api}/open", headers=headers).status == status
