"""Functions whose code does not fit what invokes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, cast

from stackwright.rules.code import events
from stackwright.rules.code.packages import Code, code_of
from stackwright.rules.finding import Problem, Related
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION
from stackwright.rules.view import Node, View
from stackwright.source import handlers
from stackwright.source.handlers import Handler


@graph_rule("HDL103", "breaks", "handler-contract", rows=("S3-9", "S0-10"))
def event_of_another_kind(graph: View) -> Iterator[Problem]:
    """A handler that reads an event of another service than the one that invokes it.

    ## Why is this bad?
    `Records` is what S3, SNS and SQS send; an EventBridge rule sends `detail`, an API sends `body`. A handler that
    reads the wrong one fails at every event, or does nothing and says that all is well.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("scans", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("scans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("scans", event_pattern=json.dumps({"source": ["aws.s3"]}))
    aws.lambda_.Permission(
        "scans",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget("scans", rule=rule.name, arn=function.arn)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return [record['s3']['object']['key'] for record in event['Records']]
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("scans", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("scans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("scans", event_pattern=json.dumps({"source": ["aws.s3"]}))
    aws.lambda_.Permission(
        "scans",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget("scans", rule=rule.name, arn=function.arn)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return event['detail']['object']['key']
    ```
    """
    for one in events.invoked(graph):
        code, path, handler = _handler(one.function, graph)
        if code is None or handler is None or not one.is_known or not one.by or _workflow(graph, one.function):
            continue
        kinds = {kind for kind, _, _ in one.by}
        allowed = frozenset[str]().union(*(events.KEYS[kind] for kind in kinds))
        related = [node.here(f"{says} invokes it") for _, says, node in one.by]
        by = " and ".join(dict.fromkeys(says for _, says, _ in one.by))
        fits = ", ".join(f"event[{key!r}]" for kind in sorted(kinds) for key in sorted(events.OWN[kind])[:1])
        told = _class_kind(handler.data_class)
        if told and told not in kinds:
            yield Problem(
                f"the handler of {one.function.name!r} takes its event for {handler.data_class}, but {by} invokes it",
                "The data class of what invokes it.",
                code.place(one.function, path, handler.line, 1, graph.lines.root),
                tuple(related),
            )
        read = {each.key for each in handler.reads}
        foreign = [each for each in handler.reads if each.key not in allowed and _is_foreign(each.key, kinds)]
        if foreign and not handler.is_passed_on and not read & allowed:
            yield Problem(
                f"the handler of {one.function.name!r} reads {foreign[0].key!r}, which the event of {by} does not have",
                f"Read what comes: {fits}.",
                code.place(one.function, path, foreign[0].line, foreign[0].column, graph.lines.root),
                tuple(related),
            )


@graph_rule("HDL104", "loses", "handler-contract", rows=("S0-10", "S2-14", "S3-9"))
def failure_is_swallowed(graph: View) -> Iterator[Problem]:
    """A handler that answers every failure with the status 500, where nobody reads an answer.

    ## Why is this bad?
    For Lambda the invocation has succeeded: it is not tried again, nothing reaches the dead-letter queue, the workflow
    goes on as if all were well, and the metric `Errors` stays 0. The event is lost.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("scans", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("scans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("scans", event_pattern=json.dumps({"source": ["aws.s3"]}))
    aws.lambda_.Permission(
        "scans",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget("scans", rule=rule.name, arn=function.arn)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        try:
            return event['detail']['key']
        except Exception as error:
            return {'statusCode': 500, 'body': str(error)}
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("scans", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("scans", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    rule = aws.cloudwatch.EventRule("scans", event_pattern=json.dumps({"source": ["aws.s3"]}))
    aws.lambda_.Permission(
        "scans",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget("scans", rule=rule.name, arn=function.arn)
    ```
    ```python
    # file: handlers/app.py
    def handler(event, context):
        return event['detail']['key']
    ```
    """
    by_urn = {one.function.urn: one for one in events.invoked(graph)}
    for function in graph.all(FUNCTION):
        one = by_urn.get(function.urn)
        readers: list[Related] = []
        why = ""
        if one is not None and one.is_asynchronous:
            why = "nobody reads the answer of an asynchronous invocation"
            readers = [node.here(f"{says} invokes it") for _, says, node in one.by]
        elif (workflow := _workflow(graph, function)) is not None:
            why = f"for the workflow {workflow.name!r} the step has succeeded"
            readers = [workflow.here("the workflow")]
        elif (alarm := _alarm(graph, function)) is not None:
            why = f"the alarm {alarm.name!r} on its errors never sees one"
            readers = [alarm.here("the alarm")]
        if not why:
            continue
        code, path, handler = _handler(function, graph)
        for at in handler.swallowed if code is not None and handler is not None else ():
            assert code is not None
            yield Problem(
                f"the handler of {function.name!r} answers every failure with 500, and {why}",
                "Let what is not the caller's fault be raised: `raise` at the end of the `except`, or no `except`.",
                code.place(function, path, at.line, at.column, graph.lines.root),
                tuple(readers),
            )


@graph_rule("HDL105", "breaks", "handler-contract", rows=("S2-14",))
def body_is_unguarded(graph: View) -> Iterator[Problem]:
    """A handler behind an API that takes for granted that a request has a body, and that it is JSON.

    ## Why is this bad?
    The body of a request without one is None, and anybody may send what is no JSON: the function fails, the caller gets
    a 502 in place of a 400, and every such request counts as an error of yours.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html

    ## Example
    ```python
    from pathlib import Path

    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigatewayv2.Api("orders", protocol_type="HTTP")
    integration = aws.apigatewayv2.Integration(
        "orders", api_id=api.id, integration_type="AWS_PROXY", integration_uri=function.arn
    )
    aws.apigatewayv2.Route(
        "orders", api_id=api.id, route_key="POST /orders", target=pulumi.Output.concat("integrations/", integration.id)
    )
    aws.lambda_.Permission(
        "orders",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/orders"),
    )
    ```
    ```python
    # file: handlers/app.py
    import json


    def handler(event, context):
        order = json.loads(event['body'])
        return {'statusCode': 200}
    ```

    ## Use instead
    ```python
    from pathlib import Path

    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.FileArchive(str(Path(__file__).parent / "handlers"))
    function = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    api = aws.apigatewayv2.Api("orders", protocol_type="HTTP")
    integration = aws.apigatewayv2.Integration(
        "orders", api_id=api.id, integration_type="AWS_PROXY", integration_uri=function.arn
    )
    aws.apigatewayv2.Route(
        "orders", api_id=api.id, route_key="POST /orders", target=pulumi.Output.concat("integrations/", integration.id)
    )
    aws.lambda_.Permission(
        "orders",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/orders"),
    )
    ```
    ```python
    # file: handlers/app.py
    import json


    def handler(event, context):
        try:
            order = json.loads(event['body'])
        except (TypeError, ValueError):
            return {'statusCode': 400}
        return {'statusCode': 200}
    ```
    """
    for one in events.invoked(graph):
        requests = [(says, node) for kind, says, node in one.by if kind == events.REQUEST]
        code, path, handler = _handler(one.function, graph)
        if not requests or code is None or handler is None:
            continue
        for at in handler.unguarded:
            yield Problem(
                f"the handler of {one.function.name!r} parses a body of {requests[0][0]} that may be None or no JSON",
                "Answer 400 when it is: `try: … json.loads(event['body']) … except (TypeError, ValueError):`.",
                code.place(one.function, path, at.line, at.column, graph.lines.root),
                tuple(node.here(f"{says} invokes it") for says, node in requests),
            )


# ---- what they ask ---------------------------------------------------------------------------------------------------


def _handler(function: Node, graph: View) -> tuple[Code | None, str, Handler | None]:
    """The package, the handler's file in it, and what the handler does."""
    code = code_of(function, graph.lines.root)
    module, _, name = str(function.given("handler", "")).rpartition(".")
    path = code.module(module) if code is not None else ""
    tree: ast.Module | None = code.tree(path) if code is not None and path else None
    return code, path, handlers.handler(tree, name) if tree is not None else None


def _is_foreign(key: str, kinds: set[str]) -> bool:
    return any(key in keys for kind, keys in events.OWN.items() if kind not in kinds)


def _class_kind(name: str) -> str:
    if any(part in name for part in ("EventBridge",)):
        return events.BRIDGE
    if any(part in name for part in ("APIGateway", "ALBEvent", "LambdaFunctionUrl")) and "Authorizer" not in name:
        return events.REQUEST
    records = ("SQSEvent", "SNSEvent", "S3Event", "DynamoDBStreamEvent", "KinesisStreamEvent")
    return events.RECORDS if name in records else ""


def _workflow(graph: View, function: Node) -> Node | None:
    """A state machine that invokes the function."""
    for machine in graph.all("sfn/stateMachine:StateMachine"):
        definition = str(machine.get("definition", ""))
        if function.arn and function.arn in definition:
            return machine
    return None


def _alarm(graph: View, function: Node) -> Node | None:
    """An alarm on the function's errors."""
    name = function.get("name")
    for alarm in graph.all("cloudwatch/metricAlarm:MetricAlarm"):
        found: list[Any] = [{"metricName": alarm.get("metricName"), "dimensions": alarm.get("dimensions")}]
        queries: list[Any] = [query for query in alarm.items("metricQueries") if isinstance(query, Mapping)]
        found += [query.get("metric") for query in queries]
        for metric in (cast("Mapping[str, Any]", each) for each in found if isinstance(each, Mapping)):
            dimensions: Any = metric.get("dimensions")
            named = (
                isinstance(dimensions, Mapping) and cast("Mapping[str, Any]", dimensions).get("FunctionName") == name
            )
            if named and metric.get("metricName") == "Errors":
                return alarm
    return None
