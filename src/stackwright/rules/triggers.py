"""What invokes the functions of a program: by which resource, by which service, and from which ARNs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackwright.iam.patterns import arn_like
from stackwright.rules import openapi
from stackwright.rules.view import Node, View

FUNCTION = "lambda/function:Function"
PERMISSION = "lambda/permission:Permission"
_GATEWAY: Final = "apigateway.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that invokes a function and needs the function's permission.

    Attributes:
        node: the resource that makes it so.
        path: its input that names the function.
        principal: who calls.
        sources: ARNs that the caller gives as its own, as AWS would; all must be allowed.
        says: what it is, for messages: `the route GET /orders`.
    """

    node: Node
    path: str
    function: Node
    principal: str
    sources: tuple[str, ...]
    says: str


def triggers(graph: View) -> tuple[Trigger, ...]:
    """All triggers of functions of this program."""
    return graph.once(lambda_triggers)


def lambda_triggers(graph: View) -> tuple[Trigger, ...]:
    """As `triggers`, worked out anew."""
    return tuple(trigger for node in graph.all(*TRIGGERS) for trigger in triggers_of(node, graph))


def triggers_of(node: Node, graph: View) -> Iterator[Trigger]:
    """The triggers that one resource makes."""
    return TRIGGERS[node.kind](node, graph)


def permissions(graph: View, function: Node) -> list[Node]:
    """The statements of a function's resource policy."""
    return [p for p in graph.all(PERMISSION) if graph.function(str(p.get("function", ""))) is function]


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether a condition on the source lets an ARN through."""
    return arn_like(arn, pattern) is True


def route_path(graph: View, resource_id: str) -> str:
    """The path of a REST API's resource: `/orders/{orderId}`; `/` for the root."""
    parts: list[str] = []
    node = graph.find(resource_id, "apigateway/resource:Resource")
    while node is not None and len(parts) < 100:
        parts.append(str(node.get("pathPart", "")))
        node = graph.find(str(node.get("parentId", "")), "apigateway/resource:Resource")
    return "/" + "/".join(reversed(parts))


def _rest_api(node: Node, graph: View) -> Iterator[Trigger]:
    if node.get("type") not in ("AWS_PROXY", "AWS") or node.get("credentials"):
        return
    function = graph.function(str(node.get("uri", "")))
    api = node.refers("restApi", "apigateway/restApi:RestApi")
    if function is None or api is None:
        return
    path = route_path(graph, str(node.get("resourceId", "")))
    method = str(node.get("httpMethod", ""))
    source = f"{api.get('executionArn')}/{_stage(graph, api)}/{method}{_called(path)}"
    yield Trigger(node, "uri", function, _GATEWAY, (source,), f"the route {method} {path}")


def _described(api: Node, graph: View) -> Iterator[Trigger]:
    """An API whose routes stand in an OpenAPI document, or an HTTP API that is made with its one target."""
    target = graph.function(api.text("target")) if api.text("target") else None
    if target is not None and not api.get("credentialsArn"):
        source = f"{api.get('executionArn')}/stage/$default"
        yield Trigger(api, "target", target, _GATEWAY, (source,), f"the API {api.name!r}")
    for method, path, integration in openapi.integrations(api):
        function = graph.function(str(integration.get("uri", "")))
        if function is None or integration.get("credentials"):
            continue
        source = f"{api.get('executionArn')}/{_stage(graph, api)}/{method}{_called(path)}"
        yield Trigger(api, "body", function, _GATEWAY, (source,), f"the route {method} {path}")


def _authorizer(node: Node, graph: View) -> Iterator[Trigger]:
    function = graph.function(node.text("authorizerUri")) if node.text("authorizerUri") else None
    api = node.refers("restApi", "apigateway/restApi:RestApi") or node.refers("apiId", "apigatewayv2/api:Api")
    if function is None or api is None or node.get("authorizerCredentials") or node.get("authorizerCredentialsArn"):
        return
    source = f"{api.get('executionArn')}/authorizers/{node.id}"
    yield Trigger(node, "authorizerUri", function, _GATEWAY, (source,), f"the authorizer {node.name!r}")


def _called(path: str) -> str:
    """What stands for a parameter is whatever the caller says."""
    return re.sub(r"\{[^/}]*\}", "x", path)


def _stage(graph: View, api: Node) -> str:
    stages = [s.text("stageName") for s in graph.all("apigateway/stage:Stage") if s.get("restApi") == api.id]
    return stages[0] if stages else "stage"


def _http_api(node: Node, graph: View) -> Iterator[Trigger]:
    if node.get("integrationType") != "AWS_PROXY" or node.get("credentialsArn"):
        return
    function = graph.function(str(node.get("integrationUri", "")))
    api = node.refers("apiId", "apigatewayv2/api:Api")
    if function is None or api is None:
        return
    routes = [
        str(r.get("routeKey"))
        for r in graph.all("apigatewayv2/route:Route")
        if r.get("apiId") == api.id and str(r.get("target", "")) == f"integrations/{node.id}"
    ]
    for key in routes:
        method, _, path = key.partition(" ")
        called = f"{method}{path}" if path else key
        sources = tuple(f"{api.get('executionArn')}/{stage}/{called}" for stage in _stages(graph, api))
        yield Trigger(node, "integrationUri", function, _GATEWAY, sources, f"the route {key}")


def _stages(graph: View, api: Node) -> tuple[str, ...]:
    """Names of an HTTP API's stages."""
    stages = [s.text("name") for s in graph.all("apigatewayv2/stage:Stage") if s.get("apiId") == api.id]
    return tuple(stages) or ("stage",)


def _bucket(node: Node, graph: View) -> Iterator[Trigger]:
    bucket = node.refers("bucket", "s3/bucket:Bucket")
    for index, target in enumerate(node.structs("lambdaFunctions")):
        function = graph.function(str(target.get("lambdaFunctionArn", "")))
        if function is None:
            continue
        arn = bucket.arn if bucket else f"arn:aws:s3:::{node.get('bucket')}"
        path = f"lambdaFunctions.{index}.lambdaFunctionArn"
        yield Trigger(node, path, function, "s3.amazonaws.com", (arn,), f"the bucket {node.get('bucket')}")


def _topic(node: Node, graph: View) -> Iterator[Trigger]:
    function = graph.function(str(node.get("endpoint", ""))) if node.get("protocol") == "lambda" else None
    if function is not None:
        topic = str(node.get("topic", ""))
        says = f"the topic {topic.rpartition(':')[2]}"
        yield Trigger(node, "endpoint", function, "sns.amazonaws.com", (topic,), says)


def _rule(node: Node, graph: View) -> Iterator[Trigger]:
    function = graph.function(str(node.get("arn", "")))
    rule = rule_of(graph, node)
    if function is not None and rule is not None:
        yield Trigger(node, "arn", function, "events.amazonaws.com", (rule.arn,), f"the rule {rule.get('name')}")


def _log_group(node: Node, graph: View) -> Iterator[Trigger]:
    function = graph.function(str(node.get("destinationArn", "")))
    name = str(node.get("logGroup", ""))
    group = graph.find(name, "cloudwatch/logGroup:LogGroup")
    if function is not None and group is not None:
        source = f"{group.arn.removesuffix(':*')}:*"
        yield Trigger(node, "destinationArn", function, "logs.amazonaws.com", (source,), f"the log group {name}")


TRIGGERS: Final[Mapping[str, Callable[[Node, View], Iterator[Trigger]]]] = {
    "apigateway/integration:Integration": _rest_api,
    "apigateway/restApi:RestApi": _described,
    "apigateway/authorizer:Authorizer": _authorizer,
    "apigatewayv2/integration:Integration": _http_api,
    "apigatewayv2/api:Api": _described,
    "apigatewayv2/authorizer:Authorizer": _authorizer,
    "s3/bucketNotification:BucketNotification": _bucket,
    "sns/topicSubscription:TopicSubscription": _topic,
    "cloudwatch/eventTarget:EventTarget": _rule,
    "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": _log_group,
}


def rule_of(graph: View, target: Node) -> Node | None:
    """The EventBridge rule of a target; a rule's name is unique on its bus only."""
    bus = str(target.get("eventBusName", "default"))
    rules = graph.find_all(str(target.get("rule", "")), "cloudwatch/eventRule:EventRule")
    same = [r for r in rules if str(r.get("eventBusName", "default")) == bus]
    return next(iter(same or rules), None)


def pattern_of(rule: Node) -> Mapping[str, Any]:
    """A rule's event pattern; empty when it has none, or none that is JSON."""
    return rule.document("eventPattern") or {}
