"""What API Gateway calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_INVOCATION: Final = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/arn:[^:]+:lambda:[^:]+:\d{12}:function:[^/]+/invocations"
)


def _fixed(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import set_argument
    from stackwright.editing.outputs import invoke_arn

    place = finding.place
    if place.path == "uri":
        return invoke_arn(code, place.line, place.column, "uri")
    return set_argument(code, place.line, place.column, "integration_http_method", '"POST"')


@graph_rule(
    "API101",
    "breaks",
    "integration-uri",
    rows=("S0-6", "S1-1", "S2-2"),
    each="apigateway/integration:Integration",
    fix=_fixed,
)
def integration_uri(integration: Node, graph: View) -> Iterator[Problem]:
    """A Lambda proxy integration that API Gateway cannot call.

    ## Why is this bad?
    API Gateway invokes a function by the URI `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function
    ARN>/invocations`, always by POST. It refuses a plain function ARN when the integration is made, and answers every
    request with 500 when the method is another one.
    https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html

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
    if integration.get("type") != "AWS_PROXY":
        return
    uri = str(integration.get("uri", ""))
    if not _INVOCATION.fullmatch(uri):
        function = graph.function(uri)
        related = [function.here("the function")] if function else []
        yield integration.problem(
            f"the integration {integration.name!r} has the URI {uri!r}, which API Gateway cannot invoke",
            fix="uri=function.invoke_arn",
            at="uri",
            related=related,
        )
    method = integration.get("integrationHttpMethod")
    if method != "POST":
        said = f"by {method}" if method else "without a method"
        yield integration.problem(
            f"the integration {integration.name!r} calls its function {said}; Lambda is invoked by POST alone",
            fix='integration_http_method="POST"',
            at="integrationHttpMethod",
        )
