"""Tracing that is on in one place and off in the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import FUNCTION, triggers
from stackwright.rules.view import Node, View

_STAGE: Final = "apigateway/stage:Stage"
_MACHINE: Final = "sfn/stateMachine:StateMachine"


@graph_rule("TRC101", "loses", "tracing-gap", rows=("S2-17", "S0-12"))
def trace_that_breaks_off(graph: View) -> Iterator[Problem]:
    """Tracing that is on for a function and off for what calls it, or the reverse.

    ## Why is this bad?
    A trace shows a request on its way. Where one of two neighbours does not take part, there is half a trace: the time
    at the gateway, or in the workflow, is missing, and nothing tells which request it was.
    https://docs.aws.amazon.com/xray/latest/devguide/xray-services.html

    ## Example
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function(
        "orders",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        tracing_config={"mode": "Active"},
    )
    aws.sfn.StateMachine(
        "orders",
        role_arn=role.arn,
        definition=pulumi.Output.json_dumps(
            {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": function.arn, "End": True}}}
        ),
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function(
        "orders",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        tracing_config={"mode": "Active"},
    )
    aws.sfn.StateMachine(
        "orders",
        role_arn=role.arn,
        definition=pulumi.Output.json_dumps(
            {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": function.arn, "End": True}}}
        ),
        tracing_configuration={"enabled": True},
    )
    ```
    """
    for caller, on, path, functions in _callers(graph):
        active = [f for f in functions if f.get("tracingConfig.mode") == "Active"]
        silent = [f for f in functions if f not in active]
        if on:
            for function in silent:
                yield function.problem(
                    f"the function {function.name!r} is not traced, and {described(caller)}, which calls it, is",
                    fix='tracing_config={"mode": "Active"}',
                    at="tracingConfig",
                    related=[caller.here("it is traced", path)],
                )
        elif active:
            yield caller.problem(
                f"{described(caller)} is not traced, and the function {active[0].name!r}, which it calls, is",
                fix="xray_tracing_enabled=True" if caller.kind == _STAGE else 'tracing_configuration={"enabled": True}',
                at=path,
                related=[active[0].here("it is traced", "tracingConfig")],
            )


@graph_rule("TRC102", "preference", "tracing-gap", rows=("S0-2", "S2-17"), each=FUNCTION)
def function_without_tracing(function: Node, graph: View) -> Iterator[Problem]:
    """A function that is not traced.

    ## Why is this bad?
    It is a preference: with active tracing X-Ray shows where the time of a request went.
    https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html

    ## Example
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("orders", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    aws.lambda_.Function(
        "orders",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        tracing_config={"mode": "Active"},
    )
    ```
    """
    # PassThrough is written by who means it.
    if function.given("tracingConfig.mode") is None:
        yield function.problem(
            f"the function {function.name!r} is not traced", fix='tracing_config={"mode": "Active"}', at="tracingConfig"
        )


def _callers(graph: View) -> Iterator[tuple[Node, bool, str, list[Node]]]:
    """Stages and state machines, whether they are traced, where that is said, and the functions that they call."""
    called: dict[str, list[Node]] = {}
    for trigger in triggers(graph):
        node = trigger.node
        if node.kind in ("apigateway/integration:Integration", "apigateway/restApi:RestApi"):
            functions = called.setdefault(str(node.get("restApi") or node.id), [])
            if trigger.function not in functions:
                functions.append(trigger.function)
    for stage in graph.all(_STAGE):
        functions = called.get(str(stage.get("restApi", "")), [])
        yield stage, stage.get("xrayTracingEnabled") is True, "xrayTracingEnabled", functions
    for machine in graph.all(_MACHINE):
        text = str(machine.get("definition", ""))
        functions = [f for f in graph.all(FUNCTION) if f.arn in text or f'"{f.get("name")}"' in text]
        path = "tracingConfiguration.enabled"
        yield machine, machine.get(path) is True, "tracingConfiguration", functions
