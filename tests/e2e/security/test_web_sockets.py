"""Who may open a web socket: anybody to a program's API, as on AWS, and no page to AWS or the emulator."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing

pytestmark = pytest.mark.e2e

FOREIGN = "https://evil.example"


def status(port: int, path: str, origin: str, host: str = "127.0.0.1:{port}") -> str:
    """The status of the answer to an upgrade."""
    sent = f"Origin: {origin}\r\n" if origin else ""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        opened.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host.format(port=port)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: mqtt\r\n"
            f"{sent}\r\n".encode()
        )
        return opened.recv(1024).split(b"\r\n")[0].decode().split(" ")[1]


def test_an_api_of_the_program_decides_itself_which_pages_it_takes(stranger: Any, aws: Any, unique: str) -> None:
    gateway = aws.client("apigatewayv2")
    api = gateway.create_api(Name=unique, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    gateway.create_stage(ApiId=api["ApiId"], StageName="live", AutoDeploy=True)
    assert status(stranger.emulator.port, f"/_aws/execute-api/{api['ApiId']}/live", FOREIGN) == "101"


IOT = "device-ats.iot.us-east-1.localhost:{port}"


@pytest.mark.parametrize(
    "origin", [FOREIGN, "http://localhost:3000", ""], ids=["foreign", "of this machine", "no page"]
)
def test_nobody_speaks_to_devices_without_a_signature(stranger: Any, origin: str) -> None:
    assert status(stranger.emulator.port, "/mqtt", origin, IOT) == "403"


def test_a_signature_opens_the_way_to_devices_but_not_to_foreign_pages(stranger: Any) -> None:
    keys, port = stranger.emulator.root(), stranger.emulator.port
    request = AWSRequest("GET", f"http://{IOT.format(port=port)}/mqtt")
    signing = Signing(keys.access_key, keys.secret_key)
    SigV4QueryAuth(signing, "iotdevicegateway", "us-east-1", expires=60).add_auth(request)
    path = "/mqtt?" + str(request.url).partition("?")[2]
    assert status(port, path, "", IOT) == "101"
    assert status(port, path, FOREIGN, IOT) == "403"


@pytest.mark.parametrize("path", ["/", "/_ministack/health"])
def test_aws_and_the_emulator_open_none_to_a_page(stranger: Any, path: str) -> None:
    assert status(stranger.emulator.port, path, FOREIGN) == "403"
