"""Workflows that are refused, that lose their data, or that give up at the first error."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.code.packages import code_of
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View
from stackwright.rules.workflow.shapes import misread
from stackwright.rules.workflow.states import MACHINE, faults, scopes
from stackwright.source import handlers


@graph_rule("SFN101", "breaks", "workflow", rows=("S0-10", "S2-9"), each=MACHINE)
def definition_is_refused(machine: Node, graph: View) -> Iterator[Problem]:
    """A workflow's definition that is not valid, or whose states lead nowhere.

    ## Why is this bad?
    Step Functions refuses a definition whose StartAt, Next, Default or Catch names no state, with a state that nothing
    leads to, or with one that neither ends nor goes on. https://states-language.net/spec.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    wait = {"Type": "Wait", "Seconds": 60, "Next": "Ring"}
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": wait, "Rings": {"Type": "Succeed"}}})
    aws.sfn.StateMachine("bell", role_arn=role.arn, definition=definition)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    wait = {"Type": "Wait", "Seconds": 60, "Next": "Rings"}
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": wait, "Rings": {"Type": "Succeed"}}})
    aws.sfn.StateMachine("bell", role_arn=role.arn, definition=definition)
    ```
    """
    text = machine.text("definition")
    if not text:
        return
    body = machine.document("definition")
    if body is None:
        yield machine.problem(
            f"the definition of {machine.name!r} is no JSON object: {text[:40]!r}",
            fix="definition=pulumi.Output.json_dumps({…})",
            at="definition",
        )
        return
    for fault, fix in list(faults(body, machine.text("type") == "EXPRESS"))[:5]:
        yield machine.problem(f"the workflow {machine.name!r} is refused: {fault}", fix=fix, at="definition")


@graph_rule("SFN102", "loses", "workflow", rows=("S0-10", "S2-9"), each=MACHINE)
def data_lost_between_states(machine: Node, graph: View) -> Iterator[Problem]:
    """A state that reads, or is given, what an earlier state has put in the place of the data.

    ## Why is this bad?
    The result of a task takes the place of its input. `lambda:invoke` answers with a wrapper, the function's own result
    is its `Payload`: the next function gets the wrapper and finds no order in it, and a path into the former data
    fails with States.Runtime, which nothing catches.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]
    states = {
        "Weigh": {**task, "Parameters": {"FunctionName": "weigh", "Payload.$": "$"}, "Retry": retry, "Next": "Send"},
        "Send": {**task, "Parameters": {"FunctionName": "send", "Payload.$": "$"}, "Retry": retry, "End": True},
    }
    definition = json.dumps({"StartAt": "Weigh", "States": states})
    aws.sfn.StateMachine("parcels", role_arn=role.arn, definition=definition)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload"}
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]
    states = {
        "Weigh": {**task, "Parameters": {"FunctionName": "weigh", "Payload.$": "$"}, "Retry": retry, "Next": "Send"},
        "Send": {**task, "Parameters": {"FunctionName": "send", "Payload.$": "$"}, "Retry": retry, "End": True},
    }
    definition = json.dumps({"StartAt": "Weigh", "States": states})
    aws.sfn.StateMachine("parcels", role_arn=role.arn, definition=definition)
    ```
    """
    body = machine.document("definition")
    for scope in scopes(body) if body is not None else ():
        for read in misread(scope):
            if read.function and _unwraps(graph, read.function):
                continue
            source = f"the result of {read.source!r}" if read.source else "what an earlier state leaves"
            if read.function:
                what = f"the function of {read.state!r} is given {source} with Lambda's wrapper around it"
                fix = '"ResultSelector": {"value.$": "$.Payload"} with a "ResultPath", or "OutputPath": "$.Payload".'
            else:
                what = f"the state {read.state!r} reads {read.path!r}, which {source} does not have"
                fix = f'"ResultPath": "$.<name>" in {read.source!r}, which keeps the input.'
            yield machine.problem(f"in the workflow {machine.name!r}, {what}", fix=fix, at="definition")


@graph_rule("SFN103", "loses", "workflow", rows=("S0-10", "S2-9"), each=MACHINE)
def workflow_without_error_path(machine: Node, graph: View) -> Iterator[Problem]:
    """A workflow that calls functions and has neither a Retry nor a Catch anywhere.

    ## Why is this bad?
    Lambda has transient errors now and then; the first one ends the execution, halfway through, and nothing starts it
    again or takes note. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:bake", "End": True}
    definition = json.dumps({"StartAt": "Bake", "States": {"Bake": call}})
    aws.sfn.StateMachine("bread", role_arn=role.arn, definition=definition)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:bake", "End": True}
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}]
    definition = json.dumps({"StartAt": "Bake", "States": {"Bake": {**call, "Retry": retry}}})
    aws.sfn.StateMachine("bread", role_arn=role.arn, definition=definition)
    ```
    """
    body = machine.document("definition")
    states = [item for scope in scopes(body) for item in scope.states.items()] if body is not None else []
    if any(state.get("Retry") or state.get("Catch") for _, state in states):
        return
    calls = [name for name, state in states if state.get("Type") == "Task" and ":lambda:" in str(state.get("Resource"))]
    if calls:
        yield machine.problem(
            f"the workflow {machine.name!r} ends at the first error of {calls[0]!r}: no state has a Retry or a Catch",
            fix='"Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3}], and a "Catch".',
            at="definition",
        )


def _unwraps(graph: View, name: str) -> bool:
    """Whether a function's handler reads `Payload` itself, or passes its event on to where it is not followed."""
    function = graph.function(name)
    code = code_of(function, graph.lines.root) if function is not None else None
    if function is None or code is None:
        return False
    module, _, entry = str(function.given("handler", "")).rpartition(".")
    path = code.module(module)
    tree = code.tree(path) if path else None
    handler = handlers.handler(tree, entry) if tree is not None else None
    return handler is not None and any(read.key == "Payload" for read in handler.reads)
