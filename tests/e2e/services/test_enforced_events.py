"""What the ledger says of events and APIs, where the tests of the services do not show it."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e


class Listening(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    calls: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.calls.append((self.path, self.headers.get("Authorization")))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture
def outside() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A web server on this machine, and the calls that it got."""
    kind = type("Kept", (Listening,), {"calls": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", kind.calls
    server.shutdown()
    server.server_close()


@pytest.fixture
def bus(aws: Any, unique: str) -> Any:
    """A bus whose events of the source `shop` go to a target of the test's."""
    made = aws.create("cloudwatch/eventBus:EventBus", "bus", name=unique)
    pattern = json.dumps({"source": ["shop"]})
    aws.create("cloudwatch/eventRule:EventRule", "r", name=unique, eventBusName=unique, eventPattern=pattern)
    return made


def put(aws: Any, bus: Any) -> None:
    entry = {"EventBusName": bus.id, "Source": "shop", "DetailType": "sold", "Detail": "{}"}
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_an_api_destination_is_called_with_the_credentials_of_its_connection(
    aws: Any, bus: Any, role: str, outside: Any
) -> None:
    url, calls = outside
    connection = aws.create(
        "cloudwatch/eventConnection:EventConnection",
        "c",
        authorizationType="BASIC",
        authParameters={"basic": {"username": "u", "password": "p"}},
    )
    destination = aws.create(
        "cloudwatch/eventApiDestination:EventApiDestination",
        "d",
        connectionArn=connection.outputs["arn"],
        httpMethod="POST",
        invocationEndpoint=f"{url}/hook",
    )
    aws.create(
        "cloudwatch/eventTarget:EventTarget",
        "t",
        rule=bus.id,
        eventBusName=bus.id,
        arn=destination.outputs["arn"],
        roleArn=role,
    )
    put(aws, bus)
    assert eventually(lambda: calls)[0] == ("/hook", f"Basic {base64.b64encode(b'u:p').decode()}")


def test_archived_events_can_be_replayed(aws: Any, bus: Any, queue: tuple[str, str], unique: str) -> None:
    events, sqs = aws.client("events"), aws.client("sqs")
    archive = aws.create("cloudwatch/eventArchive:EventArchive", "keep", eventSourceArn=bus.outputs["arn"])
    aws.create("cloudwatch/eventTarget:EventTarget", "t", rule=unique, eventBusName=bus.id, arn=queue[1])
    put(aws, bus)
    events.start_replay(
        ReplayName=unique,
        EventSourceArn=archive.outputs["arn"],
        EventStartTime=0,
        EventEndTime=4102444800,
        Destination={"Arn": bus.outputs["arn"]},
    )
    got: list[str] = []
    while len(got) < 2:
        messages = sqs.receive_message(QueueUrl=queue[0], WaitTimeSeconds=10, MaxNumberOfMessages=10)["Messages"]
        got += [json.loads(message["Body"])["detail-type"] for message in messages]
    assert got == ["sold", "sold"]


def test_a_worker_gets_the_task_of_an_activity(aws: Any, role: str) -> None:
    states = aws.client("stepfunctions")
    activity = aws.create("sfn/activity:Activity", "by-hand")
    task = {"Type": "Task", "Resource": activity.id, "End": True}
    machine = aws.create(
        "sfn/stateMachine:StateMachine",
        "flow",
        roleArn=role,
        definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
    )
    execution = states.start_execution(stateMachineArn=machine.id, input='{"x": 1}')["executionArn"]
    token = states.get_activity_task(activityArn=activity.id)
    assert json.loads(token["input"]) == {"x": 1}
    states.send_task_success(taskToken=token["taskToken"], output='"done"')
    found = lambda: states.describe_execution(executionArn=execution)  # noqa: E731
    eventually(lambda: found()["status"] == "SUCCEEDED")
    assert found()["output"] == '"done"'


def rest_method(aws: Any, /, **integration: Any) -> tuple[Any, dict[str, Any]]:
    """An API with the method GET at its root."""
    api = aws.create("apigateway/restApi:RestApi", "shop")
    place = {"restApi": api.id, "resourceId": api.outputs["rootResourceId"], "httpMethod": "GET"}
    return api, place


def deployed(aws: Any, api: Any) -> str:
    deployment = aws.create("apigateway/deployment:Deployment", "d", restApi=api.id)
    stage = aws.create("apigateway/stage:Stage", "s", restApi=api.id, stageName="live", deployment=deployment.id)
    return f"{stage.outputs['invokeUrl']}/"


def test_a_rest_api_passes_http_on(aws: Any, http: Any, outside: Any) -> None:
    url, calls = outside
    api, place = rest_method(aws)
    aws.create("apigateway/method:Method", "m", **place, authorization="NONE")
    target = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": f"{url}/there"}
    aws.create("apigateway/integration:Integration", "i", **place, **target)
    assert http(deployed(aws, api))[::2] == (200, "ok")
    assert calls[0][0] == "/there"


def test_an_http_api_passes_http_on(aws: Any, http: Any, outside: Any) -> None:
    url, calls = outside
    api = aws.create("apigatewayv2/api:Api", "a", protocolType="HTTP")
    target = {"integrationType": "HTTP_PROXY", "integrationMethod": "GET", "integrationUri": f"{url}/there"}
    made = aws.create("apigatewayv2/integration:Integration", "i", apiId=api.id, **target)
    aws.create("apigatewayv2/route:Route", "r", apiId=api.id, routeKey="GET /x", target=f"integrations/{made.id}")
    stage = aws.create("apigatewayv2/stage:Stage", "s", apiId=api.id, name="$default", autoDeploy=True)
    assert http(f"{stage.outputs['invokeUrl']}x")[::2] == (200, "ok")
    assert calls[0][0].startswith("/there")


TOKEN = """
import uuid
def handler(event, context):
    effect = "Allow" if event["authorizationToken"] == "right" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "*"}
    return {"principalId": uuid.uuid4().hex, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def test_a_token_authorizer_decides_and_its_answer_is_kept(aws: Any, http: Any, make: Any) -> None:
    function = make(text=TOKEN)
    api, place = rest_method(aws)
    everybody = {"action": "lambda:InvokeFunction", "function": function.id, "principal": "apigateway.amazonaws.com"}
    permission = aws.create("lambda/permission:Permission", "p", statementId="p", **everybody)
    uri = function.outputs["invokeArn"]
    who = aws.create(
        "apigateway/authorizer:Authorizer", "who", restApi=api.id, authorizerUri=uri, authorizerResultTtlInSeconds=300
    )
    aws.create("apigateway/method:Method", "m", **place, authorization="CUSTOM", authorizerId=who.id)
    aws.create("apigateway/methodResponse:MethodResponse", "m", **place, statusCode="200")
    template = {"application/json": '{"statusCode": 200}'}
    aws.create("apigateway/integration:Integration", "i", **place, type="MOCK", requestTemplates=template)
    aws.create("apigateway/integrationResponse:IntegrationResponse", "i", **place, statusCode="200")
    url = deployed(aws, api)
    assert [http(url, **headers)[0] for headers in ({}, {"Authorization": "wrong"})] == [401, 403]
    assert http(url, Authorization="right")[0] == 200
    # The function is not asked again: nobody may call it any more.
    aws.delete(permission)
    assert http(url, Authorization="right")[0] == 200


def test_a_web_socket_api_takes_connections(aws: Any) -> None:
    api = aws.create("apigatewayv2/api:Api", "chat", protocolType="WEBSOCKET")
    stage = aws.create("apigatewayv2/stage:Stage", "live", apiId=api.id, name="live", autoDeploy=True)
    url = urlsplit(stage.outputs["invokeUrl"])
    with socket.create_connection((url.hostname, url.port), timeout=10) as opened:
        opened.sendall(
            f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert opened.recv(1024).startswith(b"HTTP/1.1 101")
