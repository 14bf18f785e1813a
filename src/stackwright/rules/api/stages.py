"""How APIs are deployed, limited, and addressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from stackwright.graph import reveal
from stackwright.rules.finding import Problem
from stackwright.rules.places import exported
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_DEPLOYMENT: Final = "apigateway/deployment:Deployment"
_STAGE: Final = "apigateway/stage:Stage"
_HTTP_STAGE: Final = "apigatewayv2/stage:Stage"
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:/(?P<stage>[\w.$-]+))?"
)

_FIX: Final = 'pulumi.Output.concat(stage.invoke_url, "/…")'
_CALLED: Final = re.compile(r"url|uri|endpoint|address|link", re.IGNORECASE)


@graph_rule("API105", "breaks", "api-hygiene", rows=("S0-6", "S0-12"), each=_DEPLOYMENT)
def deployment_without_triggers(deployment: Node, graph: View) -> Iterator[Problem]:
    """A deployment of a REST API that is made once and never again.

    ## Why is this bad?
    The stage serves the copy of the API that the deployment took. A method that is changed or added later belongs to
    the API, not to the copy: it never reaches the stage, and nothing says so. A change of `triggers` makes a new one.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("lamps")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="AWS_IAM"
    )
    aws.apigateway.Deployment("lamps", rest_api=api.id, opts=pulumi.ResourceOptions(depends_on=[method]))
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("lamps")
    method = aws.apigateway.Method(
        "get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="AWS_IAM"
    )
    aws.apigateway.Deployment(
        "lamps",
        rest_api=api.id,
        triggers={"methods": pulumi.Output.json_dumps([method.id, method.http_method, method.authorization])},
        opts=pulumi.ResourceOptions(depends_on=[method]),
    )
    ```
    """
    api = deployment.refers("restApi", "apigateway/restApi:RestApi")
    if api is None or deployment.given("triggers") or deployment.given("variables"):
        return
    options = deployment.resource.options
    if not (options.replace_with or options.replacement_trigger):
        yield deployment.problem(
            f"the deployment {deployment.name!r} has no triggers: changes of {api.name!r} never reach its stage",
            fix='triggers={"methods": pulumi.Output.json_dumps([…])} with what the methods and integrations are',
            at="restApi",
            related=[api.here("the API")],
        )


@graph_rule("API106", "preference", "api-hygiene", rows=("S2-15",), each=(_STAGE, _HTTP_STAGE))
def stage_without_throttling(stage: Node, graph: View) -> Iterator[Problem]:
    """A stage whose requests nothing limits but the account's own limit.

    ## Why is this bad?
    One caller can use up the rate that all APIs of the account and region share, and the concurrency of the functions.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html

    ## Example
    ```python
    api = aws.apigatewayv2.Api("lamps", protocol_type="HTTP")
    aws.apigatewayv2.Stage("lamps", api_id=api.id, name="$default", auto_deploy=True)
    ```

    ## Use instead
    ```python
    api = aws.apigatewayv2.Api("lamps", protocol_type="HTTP")
    aws.apigatewayv2.Stage(
        "lamps",
        api_id=api.id,
        name="$default",
        auto_deploy=True,
        default_route_settings={"throttling_rate_limit": 50, "throttling_burst_limit": 100},
    )
    ```
    """
    if stage.kind == _HTTP_STAGE:
        settings = [*stage.structs("defaultRouteSettings"), *stage.structs("routeSettings")]
        limited = any(s.get("throttlingRateLimit") or s.get("throttlingBurstLimit") for s in settings)
    else:
        name, api = stage.get("stageName"), stage.get("restApi")
        limited = False
        for one in graph.all("apigateway/methodSettings:MethodSettings"):
            if one.get("restApi") == api and one.get("stageName") == name:
                limited = limited or one.number("settings.throttlingRateLimit", -1) >= 0
        for plan in graph.all("apigateway/usagePlan:UsagePlan"):
            stages = plan.structs("apiStages")
            of_plan = plan.get("throttleSettings") or any(s.get("throttles") for s in stages)
            limited = limited or bool(of_plan and any(s.get("apiId") == api for s in stages))
        web = graph.all("wafv2/webAclAssociation:WebAclAssociation")
        limited = limited or any(w.get("resourceArn") == stage.get("arn") for w in web)
    if not limited:
        yield stage.problem(
            f"the stage {stage.name!r} has no throttling",
            fix='aws.apigateway.MethodSettings(…, method_path="*/*", settings={"throttling_rate_limit": 50, …})'
            if stage.kind == _STAGE
            else 'default_route_settings={"throttling_rate_limit": 50, "throttling_burst_limit": 100}',
        )


@graph_rule("API107", "breaks", "api-hygiene", rows=("S2-12", "S1-10"))
def address_of_no_stage(graph: View) -> Iterator[Problem]:
    """An address of an API, put together by hand, at which the API does not answer.

    ## Why is this bad?
    The region is the one of the API, not of a config key or a constant, and the path begins with the stage's name.
    `stage.invoke_url` is right in every region and partition.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html

    ## Example
    ```python
    api = aws.apigateway.RestApi("lamps", body="{}")
    deployment = aws.apigateway.Deployment("lamps", rest_api=api.id, triggers={"body": api.body})
    stage = aws.apigateway.Stage("lamps", rest_api=api.id, deployment=deployment.id, stage_name="prod")
    address = pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com/v1")
    aws.ssm.Parameter("address", type="String", value=address)
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("lamps", body="{}")
    deployment = aws.apigateway.Deployment("lamps", rest_api=api.id, triggers={"body": api.body})
    stage = aws.apigateway.Stage("lamps", rest_api=api.id, deployment=deployment.id, stage_name="prod")
    aws.ssm.Parameter("address", type="String", value=stage.invoke_url)
    ```
    """
    apis = {str(n.resource.id): n for n in graph.all("apigateway/restApi:RestApi", "apigatewayv2/api:Api")}
    if not apis:
        return
    for name, value in graph.graph.outputs.items():
        for api, why in _wrong(graph, apis, value, is_address=bool(_CALLED.search(name))):
            place, related = exported(graph, name) or api.place(), (api.here("the API"),)
            yield Problem(f"the output {name!r} is {why}", _FIX, place, related)
    for node in graph:
        if node.resource.custom and node.kind not in ("apigateway/stage:Stage", "apigatewayv2/stage:Stage"):
            for key, value in node.resource.inputs.items():
                for api, why in _wrong(graph, apis, value):
                    yield node.problem(
                        f"{key} of {node.name!r} has {why}",
                        fix=_FIX,
                        at=key,
                        related=[api.here("the API")],
                    )


def _wrong(graph: View, apis: dict[str, Node], value: Any, *, is_address: bool = False) -> Iterator[tuple[Node, str]]:
    """Addresses in a value, and what is wrong with them.

    Args:
        is_address: it is for callers; without a path it would be an origin, as in a policy of a browser.
    """
    plain = reveal(value)
    if isinstance(plain, dict):
        for inner in cast("dict[str, Any]", plain).values():
            yield from _wrong(graph, apis, inner, is_address=is_address)
    elif isinstance(plain, list):
        for inner in cast("list[Any]", plain):
            yield from _wrong(graph, apis, inner, is_address=is_address)
    elif isinstance(plain, str) and ".execute-api." in plain:
        for found in _ADDRESS.finditer(plain):
            api = apis.get(found["api"])
            if api is None:
                continue
            real = _ADDRESS.match(str(api.get("apiEndpoint", ""))) if api.kind.startswith("apigatewayv2") else None
            region = real["region"] if real else str(api.get("executionArn", "")).split(":")[3:4]
            region = region if isinstance(region, str) else "".join(region)
            if region and found["region"] != region:
                yield api, f"an address of the API {api.name!r} in {found['region']}; it is in {region}"
                continue
            if found["scheme"] == "http":
                yield api, f"an address of the API {api.name!r} by http; API Gateway answers HTTPS alone"
                continue
            names = _stages(graph, api)
            is_other = found["stage"] not in names if found["stage"] else is_address
            if names and "$default" not in names and is_other:
                has = f"the stage {found['stage']!r}" if found["stage"] else "no stage"
                yield api, f"an address of the API {api.name!r} with {has}; it has {' and '.join(sorted(names))}"


def _stages(graph: View, api: Node) -> set[str]:
    if api.kind.startswith("apigatewayv2"):
        return {str(s.get("name")) for s in graph.all(_HTTP_STAGE) if s.get("apiId") == api.id}
    made = {str(s.get("stageName")) for s in graph.all(_STAGE) if s.get("restApi") == api.id}
    deployed = [d for d in graph.all(_DEPLOYMENT) if d.get("restApi") == api.id]
    return made | {str(d.get("stageName")) for d in deployed if d.get("stageName")}
