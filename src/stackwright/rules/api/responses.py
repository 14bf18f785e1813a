"""What APIs answer without a function: mocks, preflights, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackwright.rules.finding import Problem
from stackwright.rules.json_values import as_map
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_API: Final = "apigateway/restApi:RestApi"
_INTEGRATION: Final = "apigateway/integration:Integration"
_RESPONSE: Final = "apigateway/methodResponse:MethodResponse"
_INTEGRATION_RESPONSE: Final = "apigateway/integrationResponse:IntegrationResponse"
_GATEWAY_RESPONSE: Final = "apigateway/response:Response"
_ORIGIN: Final = "access-control-allow-origin"
_METHOD: Final = ("restApi", "resourceId", "httpMethod")


@graph_rule("API102", "breaks", "api-hygiene", rows=("S2-15",), each=_INTEGRATION)
def integration_without_responses(integration: Node, graph: View) -> Iterator[Problem]:
    """A mock, or another integration that is no proxy, without the responses it needs.

    ## Why is this bad?
    API Gateway makes the answer of such an integration from an integration response, into a method response of the same
    status; without both it answers every request with 500. A mock takes its status from the request template, and
    answers 500 without one. https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id}
    method = aws.apigateway.Method("health", http_method="GET", authorization="NONE", **place)
    aws.apigateway.Integration(
        "health",
        http_method=method.http_method,
        type="MOCK",
        request_templates={"application/json": '{"statusCode": 200}'},
        **place,
    )
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id}
    method = aws.apigateway.Method("health", http_method="GET", authorization="NONE", **place)
    mock = aws.apigateway.Integration(
        "health",
        http_method=method.http_method,
        type="MOCK",
        request_templates={"application/json": '{"statusCode": 200}'},
        **place,
    )
    response = aws.apigateway.MethodResponse("health", http_method=method.http_method, status_code="200", **place)
    aws.apigateway.IntegrationResponse(
        "health",
        http_method=mock.http_method,
        status_code=response.status_code,
        **place,
    )
    ```
    """
    if integration.get("type") not in ("MOCK", "AWS", "HTTP"):
        return
    says = f"the integration {integration.name!r} of type {integration.get('type')}"
    answers, declared = _same(integration, _INTEGRATION_RESPONSE), _same(integration, _RESPONSE)
    missing = [n for n, found in (("IntegrationResponse", answers), ("MethodResponse", declared)) if not found]
    if missing:
        yield integration.problem(
            f"{says} has no {' and no '.join(missing)}, so every request is answered with 500",
            fix="; ".join(f'aws.apigateway.{n}(…, status_code="200")' for n in missing),
            at="type",
        )
        return
    statuses = {str(n.get("statusCode")) for n in declared}
    for answer in answers:
        if (status := str(answer.get("statusCode"))) not in statuses:
            yield answer.problem(
                f"{answer.name!r} answers {status}, and the method declares {', '.join(sorted(statuses))} alone",
                fix=f'aws.apigateway.MethodResponse(…, status_code="{status}")',
                at="statusCode",
                related=[integration.here("the integration")],
            )
    if integration.get("type") == "MOCK" and not _has_status(integration):
        yield integration.problem(
            f"{says} has no request template that gives a status, so every request is answered with 500",
            fix="""request_templates={"application/json": '{"statusCode": 200}'}""",
            at="requestTemplates",
        )


@graph_rule("API103", "breaks", "api-hygiene", rows=("S2-15",), each=_INTEGRATION_RESPONSE)
def header_is_not_declared(answer: Node, graph: View) -> Iterator[Problem]:
    """A header of an answer that the method's response does not declare.

    ## Why is this bad?
    API Gateway refuses the integration response with "Invalid mapping expression parameter specified".
    https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "OPTIONS"}
    response = aws.apigateway.MethodResponse("options", status_code="200", **place)
    aws.apigateway.IntegrationResponse(
        "options",
        status_code=response.status_code,
        response_parameters={"method.response.header.Access-Control-Allow-Origin": "'*'"},
        **place,
    )
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "OPTIONS"}
    origin = "method.response.header.Access-Control-Allow-Origin"
    response = aws.apigateway.MethodResponse(
        "options", status_code="200", response_parameters={origin: True}, **place
    )
    aws.apigateway.IntegrationResponse(
        "options", status_code=response.status_code, response_parameters={origin: "'*'"}, **place
    )
    ```
    """
    status = str(answer.get("statusCode"))
    responses = [r for r in _same(answer, _RESPONSE) if str(r.get("statusCode")) == status]
    if not responses:
        return
    known = {name for response in responses for name in _map(response, "responseParameters")}
    for name in _map(answer, "responseParameters"):
        if name not in known:
            yield answer.problem(
                f"{described(answer)} sets {name}, which the method response {responses[0].name!r} does not declare",
                fix=f'response_parameters={{"{name}": True}} in the method response',
                at="responseParameters",
                related=[responses[0].here("the method response")],
            )


@graph_rule("API104", "breaks", "api-hygiene", rows=("S2-15",), each=_API)
def errors_without_cors(api: Node, graph: View) -> Iterator[Problem]:
    """An API that answers preflights of browsers, and whose own errors no page may read.

    ## Why is this bad?
    What API Gateway answers by itself, 401, 403, 413, 429 or 504, has no CORS headers: the browser shows the page a
    network error in place of the status, so it cannot ask for a login, or wait.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "OPTIONS"}
    origin = "method.response.header.Access-Control-Allow-Origin"
    response = aws.apigateway.MethodResponse("options", status_code="200", response_parameters={origin: True}, **place)
    aws.apigateway.IntegrationResponse(
        "options", status_code=response.status_code, response_parameters={origin: "'*'"}, **place
    )
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("lights")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "OPTIONS"}
    origin = "method.response.header.Access-Control-Allow-Origin"
    response = aws.apigateway.MethodResponse("options", status_code="200", response_parameters={origin: True}, **place)
    aws.apigateway.IntegrationResponse(
        "options", status_code=response.status_code, response_parameters={origin: "'*'"}, **place
    )
    for kind in ("DEFAULT_4XX", "DEFAULT_5XX"):
        aws.apigateway.Response(
            kind,
            rest_api_id=api.id,
            response_type=kind,
            response_parameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        )
    ```
    """
    answers = [n for n in graph.all(_INTEGRATION_RESPONSE) if n.get("restApi") == api.id]
    preflights = [n for n in answers if n.get("httpMethod") == "OPTIONS" and _allows_origin(n)]
    if not preflights or api.get("body"):
        return
    gateway = [n for n in graph.all(_GATEWAY_RESPONSE) if n.get("restApiId") == api.id and _allows_origin(n)]
    types = {str(n.get("responseType")) for n in gateway}
    missing = [kind for kind in ("DEFAULT_4XX", "DEFAULT_5XX") if not any(t in types for t in _covering(kind, types))]
    if missing:
        yield api.problem(
            f"the API {api.name!r} answers preflights, and its errors {' and '.join(missing)} have no "
            "Access-Control-Allow-Origin",
            fix='aws.apigateway.Response(…, response_type="DEFAULT_4XX", response_parameters='
            '{"gatewayresponse.header.Access-Control-Allow-Origin": "\'*\'"}), and for DEFAULT_5XX',
            related=[preflights[0].here("the preflight's answer")],
        )


def _covering(kind: str, types: set[str]) -> list[str]:
    """A program that names some errors one by one has thought of it."""
    single = [t for t in types if not t.startswith("DEFAULT_")]
    return [kind, *single]


def _same(node: Node, kind: str) -> list[Node]:
    key = [node.get(path) for path in _METHOD]
    return [other for other in node.graph.all(kind) if [other.get(path) for path in _METHOD] == key]


def _allows_origin(node: Node) -> bool:
    return any(str(name).lower().endswith(_ORIGIN) for name in _map(node, "responseParameters"))


def _has_status(integration: Node) -> bool:
    templates = _map(integration, "requestTemplates").values()
    return any(re.search(r"[\"']?statusCode[\"']?\s*:", str(text)) for text in templates)


def _map(node: Node, path: str) -> Mapping[str, Any]:
    return as_map(node.get(path))
