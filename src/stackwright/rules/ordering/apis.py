"""Parts of APIs that need other parts first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.lines import snake
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_DEPLOYMENT: Final = "apigateway/deployment:Deployment"
_DEPLOYMENT_2: Final = "apigatewayv2/deployment:Deployment"
_METHOD: Final = "apigateway/method:Method"
_INTEGRATION: Final = "apigateway/integration:Integration"
_RESPONSE: Final = "apigateway/methodResponse:MethodResponse"
_INTEGRATION_RESPONSE: Final = "apigateway/integrationResponse:IntegrationResponse"
_PARTS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    _DEPLOYMENT: ("restApi", "apigateway/restApi:RestApi", (_METHOD, _INTEGRATION)),
    _DEPLOYMENT_2: ("apiId", "apigatewayv2/api:Api", ("apigatewayv2/route:Route",)),
}
# What must be there, and the inputs by which it is the same one.
_NEEDS: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    _INTEGRATION: ((_METHOD, ("restApi", "resourceId", "httpMethod")),),
    _RESPONSE: ((_METHOD, ("restApi", "resourceId", "httpMethod")),),
    _INTEGRATION_RESPONSE: (
        (_INTEGRATION, ("restApi", "resourceId", "httpMethod")),
        (_RESPONSE, ("restApi", "resourceId", "httpMethod", "statusCode")),
    ),
}


@graph_rule("ORD107", "breaks", "ordering", rows=("S0-6", "S2-2"), each=tuple(_PARTS))
def deployment_before_methods(node: Node, graph: View) -> Iterator[Problem]:
    """A deployment of an API that is made beside the API's methods.

    ## Why is this bad?
    A deployment is a copy of the API as it is at that moment. API Gateway refuses it with "The REST API doesn't contain
    any methods" or "No integration defined for method", or takes the copy without the methods that come later, which
    then answer 403. Naming the API makes it wait for the API alone.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("menus")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="AWS_IAM"
    )
    aws.apigateway.Integration(
        "get",
        rest_api=api.id,
        resource_id=api.root_resource_id,
        http_method=method.http_method,
        type="HTTP_PROXY",
        integration_http_method="GET",
        uri="https://menus.example.com/",
    )
    aws.apigateway.Deployment("menus", rest_api=api.id, triggers={"version": "1"})
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("menus")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="AWS_IAM"
    )
    integration = aws.apigateway.Integration(
        "get",
        rest_api=api.id,
        resource_id=api.root_resource_id,
        http_method=method.http_method,
        type="HTTP_PROXY",
        integration_http_method="GET",
        uri="https://menus.example.com/",
    )
    aws.apigateway.Deployment(
        "menus", rest_api=api.id, triggers={"version": "1"}, opts=pulumi.ResourceOptions(depends_on=[integration])
    )
    ```
    """
    named, kind, parts = _PARTS[node.kind]
    api = node.refers(named, kind)
    if api is None:
        return
    late = [p for p in graph.all(*parts) if p.get(named) == api.id and not node.waits_for(p)]
    # An integration waits for its method, so it is enough to name it.
    first = [p for p in late if p.kind == _INTEGRATION] or late
    if first:
        names = ", ".join(described(p) for p in first[:3]) + (f" and {len(first) - 3} more" if len(first) > 3 else "")
        yield node.problem(
            f"the deployment {node.name!r} does not wait for {names}, so its copy of the API may lack them",
            fix=f"opts=pulumi.ResourceOptions(depends_on=[<{first[0].name}>, …])",
            at=named,
            related=[p.here("may be made later") for p in first[:3]],
        )


@graph_rule("ORD108", "breaks", "ordering", rows=("S2-15",), each=tuple(_NEEDS))
def integration_before_method(node: Node, graph: View) -> Iterator[Problem]:
    """An integration or a response that is made beside the method or the response it belongs to.

    ## Why is this bad?
    API Gateway refuses it with "Invalid Method identifier specified" or "Invalid Response status code specified" while
    the other is not there. The same text in both, `http_method="GET"`, makes neither wait; an output of the other does.
    https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("menus")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "GET"}
    aws.apigateway.Method("get", authorization="AWS_IAM", **place)
    aws.apigateway.Integration(
        "get", type="HTTP_PROXY", integration_http_method="GET", uri="https://menus.example.com/", **place
    )
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("menus")
    place = {"rest_api": api.id, "resource_id": api.root_resource_id}
    method = aws.apigateway.Method("get", authorization="AWS_IAM", http_method="GET", **place)
    aws.apigateway.Integration(
        "get",
        http_method=method.http_method,
        type="HTTP_PROXY",
        integration_http_method="GET",
        uri="https://menus.example.com/",
        **place,
    )
    ```
    """
    for kind, same in _NEEDS[node.kind]:
        key = [node.get(path) for path in same]
        found = [other for other in graph.all(kind) if [other.get(path) for path in same] == key]
        if found and not any(node.waits_for(other) for other in found):
            yield node.problem(
                f"{described(node)} does not wait for {described(found[0])}, without which API Gateway refuses it",
                fix=f"{snake(same[-1])} from an output of <{found[0].name}>, or depends_on=[<{found[0].name}>]",
                at=same[-1],
                related=[found[0].here("may be made later")],
            )
