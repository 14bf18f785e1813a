"""What invokes a function decides what its event looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.triggers import FUNCTION, Trigger, triggers
from stackwright.rules.view import Node, View

RECORDS: Final = "records"
BRIDGE: Final = "event"
REQUEST: Final = "request"

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html and the pages of each service
KEYS: Final[Mapping[str, frozenset[str]]] = {
    RECORDS: frozenset({"Records"}),
    BRIDGE: frozenset({"detail", "detail-type", "source", "resources", "account", "region", "time", "id", "version"}),
    REQUEST: frozenset(
        {
            "body",
            "httpMethod",
            "pathParameters",
            "queryStringParameters",
            "requestContext",
            "rawPath",
            "routeKey",
            "headers",
            "path",
            "resource",
            "isBase64Encoded",
            "stageVariables",
            "multiValueHeaders",
            "multiValueQueryStringParameters",
            "rawQueryString",
            "cookies",
            "version",
        }
    ),
}
# Keys that no other kind of event has.
OWN: Final[Mapping[str, frozenset[str]]] = {
    RECORDS: frozenset({"Records"}),
    BRIDGE: frozenset({"detail", "detail-type"}),
    REQUEST: frozenset({"body", "httpMethod", "pathParameters", "queryStringParameters", "requestContext", "rawPath"}),
}
_BY_PRINCIPAL: Final = {
    "s3.amazonaws.com": RECORDS,
    "sns.amazonaws.com": RECORDS,
    "events.amazonaws.com": BRIDGE,
    "apigateway.amazonaws.com": REQUEST,
}
ASYNCHRONOUS: Final = frozenset({"s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"})
# Kafka and MQ have lists of records under other names.
_QUEUES: Final = (":sqs:", ":dynamodb:", ":kinesis:")


class Invoked:
    """How one function is invoked."""

    def __init__(self, function: Node) -> None:
        self.function = function
        self.by: list[tuple[str, str, Node]] = []  # kind of event, what it is for messages, the resource
        self.is_asynchronous = False
        self.is_known = True


def invoked(graph: View) -> Iterator[Invoked]:
    """Every function that something of the program invokes."""
    found: dict[str, Invoked] = {}
    for trigger in triggers(graph):
        one = found.setdefault(trigger.function.urn, Invoked(trigger.function))
        kind = _BY_PRINCIPAL.get(trigger.principal)
        changed = ("input", "inputPath", "inputTransformer")
        if kind is None or any(trigger.node.given(path) is not None for path in changed):
            one.is_known = False
            continue
        is_proxy = _is_proxy(trigger)
        one.is_known = one.is_known and is_proxy
        one.by.append((kind, trigger.says, trigger.node))
        one.is_asynchronous = one.is_asynchronous or trigger.principal in ASYNCHRONOUS
    for mapping in graph.all("lambda/eventSourceMapping:EventSourceMapping"):
        function = graph.function(str(mapping.get("functionName", "")))
        if function is not None:
            one = found.setdefault(function.urn, Invoked(function))
            source = str(mapping.get("eventSourceArn", ""))
            if any(part in source for part in _QUEUES):
                one.by.append((RECORDS, f"the event source {source.rpartition(':')[2]}", mapping))
                one.is_asynchronous = True
            else:
                one.is_known = False
    for function in graph.all(FUNCTION):
        if function.urn in found:
            yield found[function.urn]


def _is_proxy(trigger: Trigger) -> bool:
    """Whether the function gets the whole request: not what a template makes of it, nor what an authorizer asks."""
    node = trigger.node
    if trigger.path == "body":  # either may stand there
        return False
    return not node.kind.endswith(":Authorizer") and node.given("type", "AWS_PROXY") == "AWS_PROXY"
