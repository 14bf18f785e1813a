"""What API Gateway calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules import openapi
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.lines import snake
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_INVOCATION: Final = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/arn:[^:]+:lambda:[^:]+:\d{12}:function:[^/]+/invocations"
)
_REST: Final = "apigateway/integration:Integration"
_HTTP: Final = "apigatewayv2/integration:Integration"
_AUTHORIZERS: Final = ("apigateway/authorizer:Authorizer", "apigatewayv2/authorizer:Authorizer")
_APIS: Final = ("apigateway/restApi:RestApi", "apigatewayv2/api:Api")
_LAMBDA: Final = re.compile(r"arn:[^:]+:lambda:|:lambda:path/")


def _fixed(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import set_argument
    from stackwright.editing.outputs import invoke_arn

    place = finding.place
    argument = snake(place.path)
    if argument.endswith("uri"):
        return invoke_arn(code, place.line, place.column, argument)
    if argument.endswith("method"):
        return set_argument(code, place.line, place.column, argument, '"POST"')
    return ()


@graph_rule(
    "API101",
    "breaks",
    "integration-uri",
    rows=("S0-6", "S1-1", "S2-2"),
    each=(_REST, _HTTP, *_AUTHORIZERS, *_APIS),
    fix=_fixed,
)
def integration_uri(integration: Node, graph: View) -> Iterator[Problem]:
    """An integration with a function, or an authorizer, that API Gateway cannot call.

    ## Why is this bad?
    API Gateway invokes a function by the URI `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function
    ARN>/invocations`, always by POST. It refuses a plain function ARN when the integration is made, and answers every
    request with 500 when the method is another one. Authorizers, WebSocket APIs and OpenAPI documents take the same
    URI; only an integration of an HTTP API takes the function's ARN, too.
    https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigateway.RestApi("api")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="NONE"
    )
    aws.apigateway.Integration(
        "orders",
        rest_api=api.id,
        resource_id=api.root_resource_id,
        http_method=method.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=function.arn,
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigateway.RestApi("api")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="NONE"
    )
    aws.apigateway.Integration(
        "orders",
        rest_api=api.id,
        resource_id=api.root_resource_id,
        http_method=method.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=function.invoke_arn,
    )
    ```
    """
    if integration.kind == _REST:
        yield from _rest(integration, graph)
    elif integration.kind == _HTTP:
        yield from _of_other_api(integration, graph)
    elif integration.kind in _AUTHORIZERS:
        uri = integration.text("authorizerUri")
        if uri and integration.text("authorizerType", "REQUEST") == "REQUEST" and not _INVOCATION.fullmatch(uri):
            yield _wrong_uri(integration, "authorizerUri", uri, graph)
    else:
        yield from _described(integration, graph)


def _rest(integration: Node, graph: View) -> Iterator[Problem]:
    uri = integration.text("uri")
    kind = integration.get("type")
    if kind != "AWS_PROXY" and not (kind == "AWS" and _LAMBDA.match(uri)):
        return
    if not _INVOCATION.fullmatch(uri):
        yield _wrong_uri(integration, "uri", uri, graph)
    yield from _wrong_method(integration, "integrationHttpMethod", integration.get("integrationHttpMethod"))


def _of_other_api(integration: Node, graph: View) -> Iterator[Problem]:
    """An integration of an HTTP API, which also takes the function's ARN, or of a WebSocket API."""
    uri = integration.text("integrationUri")
    function = graph.function(uri)
    if integration.get("integrationType") not in ("AWS_PROXY", "AWS") or function is None:
        return
    api = integration.refers("apiId", "apigatewayv2/api:Api")
    if api is not None and api.get("protocolType") == "WEBSOCKET" and not _INVOCATION.fullmatch(uri):
        yield _wrong_uri(integration, "integrationUri", uri, graph)
    yield from _wrong_method(integration, "integrationMethod", integration.given("integrationMethod", "POST"))


def _described(api: Node, graph: View) -> Iterator[Problem]:
    """An API whose integrations stand in an OpenAPI document."""
    for method, path, found in openapi.integrations(api):
        uri = str(found.get("uri", ""))
        if str(found.get("type", "")).lower() not in ("aws_proxy", "aws") or graph.function(uri) is None:
            continue
        if api.kind == _APIS[0] and not _INVOCATION.fullmatch(uri):
            yield _wrong_uri(api, "body", uri, graph)
        if str(found.get("httpMethod", "POST")).upper() != "POST":
            yield api.problem(
                f"the route {method} {path} of {api.name!r} calls its function by {found.get('httpMethod')}; Lambda is "
                "invoked by POST alone",
                fix='"httpMethod": "POST" in the integration, whatever the method of the route',
                at="body",
            )


def _wrong_uri(node: Node, path: str, uri: str, graph: View) -> Problem:
    function = graph.function(uri)
    what = "authorizer" if node.kind in _AUTHORIZERS else "integration"
    return node.problem(
        f"the {what} {node.name!r} has the URI {uri!r}, which API Gateway cannot invoke",
        fix="uri=function.invoke_arn",
        at=path,
        related=[function.here("the function")] if function else [],
    )


def _wrong_method(integration: Node, path: str, method: object) -> Iterator[Problem]:
    if method != "POST":
        said = f"by {method}" if method else "without a method"
        yield integration.problem(
            f"the integration {integration.name!r} calls its function {said}; Lambda is invoked by POST alone",
            fix='integration_http_method="POST"' if integration.kind == _REST else 'integration_method="POST"',
            at=path,
        )
