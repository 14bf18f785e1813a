"""Workflows in other forms, and those that look wrong and are right."""

from __future__ import annotations

import json
from typing import Any

from checked_programs import Programs

INVOKE = "arn:aws:states:::lambda:invoke"
RETRY = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]


def call(payload: str = "$", **more: Any) -> dict[str, Any]:
    parameters = {"FunctionName": "f", "Payload.$": payload}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": parameters, "Retry": RETRY, **more}


def findings(programs: Programs, many: list[dict[str, Any]], code: str, more: str = "") -> list[list[str]]:
    """What is said of each of some workflows, all of which are one program's."""
    lines = ['role = aws.iam.Role("role", assume_role_policy="{}")']
    for index, states in enumerate(many):
        definition = json.dumps({"StartAt": next(iter(states)), "States": states})
        lines.append(f'aws.sfn.StateMachine("m{index}", role_arn=role.arn, definition={definition!r}{more})')
    found = programs.check("\n".join(lines), code).findings
    return [[f.message for f in found if f.place.urn.endswith(f"::m{index}")] for index in range(len(many))]


DONE = {"Type": "Succeed"}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"A": {"Type": "Pass", "Next": "B"}}, "goes on to 'B'"),
    ({"A": {"Type": "Pass"}}, "neither Next nor End"),
    ({"A": {"Type": "Pass", "Next": "B", "End": True}, "B": DONE}, "both Next and End"),
    ({"A": DONE, "B": DONE}, "nothing leads to the state 'B'"),
    ({"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "C"}]}}, "goes on to 'C'"),
    ({"A": call(End=True, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}])}, "goes on to 'Sorry'"),
    ({"A": {"Type": "Tasks", "End": True}}, "the Type 'Tasks'"),
    ({"A": {"Type": "Task", "End": True}}, "no Resource"),
    (
        {"A": {"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": {"Y": DONE}}, "End": True}},
        "StartAt is 'X'",
    ),
    ({"A": call("order", End=True)}, "'order', which is no path"),
    ({"A": {"Type": "Wait", "Seconds": 1, "Retry": RETRY, "End": True}}, "is a Wait and has Retry"),
]


def test_what_step_functions_refuses_is_found(programs: Programs) -> None:
    found = findings(programs, [states for states, _ in REFUSED], "SFN101")

    for (_, says), messages in zip(REFUSED, found, strict=True):
        assert len(messages) == 1
        assert says in messages[0]


def test_an_express_workflow_cannot_wait_for_a_job(programs: Programs) -> None:
    states = {"A": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True}}

    assert any(findings(programs, [states], "SFN101", ', type="EXPRESS"'))
    assert not any(findings(programs, [states], "SFN101"))


def put_item(**more: Any) -> dict[str, Any]:
    item = {"TableName": "t", "Item": {"id": {"S.$": "$.id"}}}
    return {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": item, **more}


GONE: list[dict[str, Any]] = [
    {"A": call(Next="B"), "B": call(End=True)},
    {"A": call(Next="B"), "B": call("$.order", End=True)},
    {"A": call(Next="W"), "W": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": call(End=True)},
    {"A": call(Next="B", ResultPath="$.a"), "B": call("$.a.order", End=True)},
    {"A": put_item(Next="B"), "B": call("$.id", End=True)},
    {
        "A": call(Next="B"),
        "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True},
    },
    {
        "A": call(Next="C"),
        "C": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "D"}],
            "Default": "D",
        },
        "D": DONE,
    },
    {"A": call(Next="D", Catch=[{"ErrorEquals": ["X"], "Next": "B"}]), "B": call("$.id", End=True), "D": DONE},
]


def test_data_that_is_gone_is_found(programs: Programs) -> None:
    found = findings(programs, GONE, "SFN102")

    assert [len(messages) for messages in found] == [1] * len(GONE)


THERE: list[dict[str, Any]] = [
    {"A": call(Next="B"), "B": call("$.Payload", End=True)},
    {"A": call(Next="B", OutputPath="$.Payload"), "B": call("$.order", End=True)},
    {"A": call(Next="B", ResultSelector={"order.$": "$.Payload"}), "B": call("$.order", End=True)},
    {"A": call(Next="B", ResultPath="$.a"), "B": call("$.id", End=True)},
    {"A": call(Next="B", ResultPath=None), "B": call(End=True)},
    {"A": call(Next="B", ResultPath="$.a"), "B": call("$.a.Payload.order", End=True)},
    {"A": put_item(Next="B", ResultPath=None), "B": call("$.id", End=True)},
    {"A": call(End=True)},
    {
        "A": call(Next="C"),
        "C": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.order", "IsPresent": True, "Next": "D"}],
            "Default": "D",
        },
        "D": DONE,
    },
    {"A": call(Next="B"), "B": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Input.id"}, "End": True}},
    {"A": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.more", "Next": "B"}, "B": call("$.any", End=True)},
    {"A": call(Next="B", Resource=f"{INVOKE}.waitForTaskToken"), "B": call("$.order", End=True)},
]


def test_data_that_is_there_is_not(programs: Programs) -> None:
    assert not any(findings(programs, THERE, "SFN102"))
    assert not any(findings(programs, THERE, "SFN101"))


def test_a_workflow_without_functions_needs_no_error_path(programs: Programs) -> None:
    assert not any(findings(programs, [{"A": {"Type": "Wait", "Seconds": 5, "End": True}}], "SFN103"))
