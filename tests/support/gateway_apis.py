"""A REST API on the emulator, with one function behind it, and how it is called."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any

HANDLER = """
import json
import time

class Secret(Exception):
    pass

def handler(event, context):
    body = event.get("body") or ""
    if body == "event":
        return {"statusCode": 200, "body": json.dumps(event)}
    if body == "where":
        context = event["requestContext"]
        proto = [value for name, value in event["headers"].items() if name.lower() == "x-forwarded-proto"]
        url = f"{proto[0]}://{context['domainName']}{context['path']}"
        return {"statusCode": 200, "body": f"{url} {len(proto)}"}
    if body == "raise":
        print(event["requestContext"]["requestId"])
        raise Secret("password=1")
    if body == "sleep":
        time.sleep(5)
    if body == "shape":
        return {"x": 1}
    if body == "dict":
        return {"statusCode": 200, "body": {"x": 1}}
    if body == "status":
        return {"statusCode": "abc", "body": ""}
    return {"statusCode": 200, "headers": {"x-own": "1"}, "body": body[:10]}
"""


class Api:
    """A REST API with one function behind /fn and a mock behind /mock."""

    def __init__(self, account: Any, **integration: Any) -> None:
        self.account = account
        self.client = account.client("apigateway")
        self.name = account.name("api")
        self.id = self.client.create_rest_api(name=self.name)["id"]
        (root,) = self.client.get_resources(restApiId=self.id)["items"]
        self.function = account.function(HANDLER, Timeout=20)
        self.function_arn = account.client("lambda").get_function(FunctionName=self.function)["Configuration"][
            "FunctionArn"
        ]
        self.arn = f"arn:aws:execute-api:{account.emulator.region}:{account.emulator.account}:{self.id}"
        uri = f"arn:aws:apigateway:{account.emulator.region}:lambda:path/2015-03-31/functions/{self.function_arn}"
        self.method(root["id"], "fn", "POST")
        self.uri = f"{uri}/invocations"
        settings = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": self.uri, **integration}
        self.client.put_integration(restApiId=self.id, resourceId=self.resource, httpMethod="POST", **settings)
        self.method(root["id"], "mock", "GET")
        self.client.put_integration(
            restApiId=self.id,
            resourceId=self.resource,
            httpMethod="GET",
            type="MOCK",
            requestTemplates={"application/json": '{"statusCode": 200}'},
        )
        self.client.put_method_response(restApiId=self.id, resourceId=self.resource, httpMethod="GET", statusCode="200")
        self.client.put_integration_response(
            restApiId=self.id,
            resourceId=self.resource,
            httpMethod="GET",
            statusCode="200",
            responseTemplates={"application/json": '{"id": "$context.requestId", "stage": "$context.stage"}'},
        )

    def method(self, parent: str, part: str, method: str) -> None:
        self.resource = self.client.create_resource(restApiId=self.id, parentId=parent, pathPart=part)["id"]
        self.client.put_method(restApiId=self.id, resourceId=self.resource, httpMethod=method, authorizationType="NONE")

    def permit(self, source: str) -> None:
        self.account.client("lambda").add_permission(
            FunctionName=self.function,
            StatementId=self.account.name("s"),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=source,
        )

    def lambda_route(self, path: str, method: str = "POST") -> None:
        """Another path for the same function."""
        (parent,) = [
            item["id"] for item in self.client.get_resources(restApiId=self.id)["items"] if item["path"] == "/"
        ]
        for part in path.strip("/").split("/"):
            made = self.client.create_resource(restApiId=self.id, parentId=parent, pathPart=part)
            parent = made["id"]
        where = {"restApiId": self.id, "resourceId": parent, "httpMethod": method}
        self.client.put_method(**where, authorizationType="NONE")
        self.client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=self.uri)

    def gateway_response(self, kind: str, **settings: Any) -> None:
        self.client.put_gateway_response(restApiId=self.id, responseType=kind, **settings)

    def deploy(self) -> None:
        self.client.create_deployment(restApiId=self.id, stageName="v1")

    def call(
        self,
        body: str | bytes = "",
        method: str = "POST",
        path: str = "/fn",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.account.emulator.port, timeout=30)
        try:
            connection.request(method, f"/_aws/execute-api/{self.id}/v1{path}", body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in response.getheaders()}
        try:
            return response.status, json.loads(text), received
        except ValueError:
            return response.status, text.decode(), received
