"""The roles of the rule and of the workflow: what each may not do is seen, kept, and done later."""

from __future__ import annotations

import json

import pytest
from uploads_stack import DEADLINE, Stack

from stackwright.testing.roles import WORKFLOW_NOT_EXERCISED, Role

pytestmark = pytest.mark.e2e


def test_the_workflow_needs_to_invoke_the_function(stack: Stack, workflow: Role) -> None:
    assert workflow.grants() == {
        ("lambda:InvokeFunction", "file-processor"),
        *((action, "*") for action in WORKFLOW_NOT_EXERCISED),
    }
    with workflow.without(("lambda:InvokeFunction", "file-processor")):
        file_id = stack.upload(b"not invoked")
        key = stack.row(file_id)["s3_key"]
        (execution,) = stack.finished(key)

    assert (execution["status"], execution["error"]) == ("FAILED", "FileProcessingFailed")
    history = stack.client("stepfunctions").get_execution_history(executionArn=execution["executionArn"])
    assert "is not authorized to perform: lambda:InvokeFunction" in json.dumps(history["events"], default=str)
    # Stored, not shown to anybody, and found in the list as what it is.
    assert stack.row(file_id)["status"] == "uploading"
    assert stack.announcements(file_id) == []
    stack.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["file_workflow_arn"], input=execution["input"]
    )
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1
    stack.upload_and_settle(b"invoked")


def test_the_rule_needs_to_start_the_workflow(stack: Stack, rule: Role) -> None:
    assert rule.grants() == {("states:StartExecution", "file-workflow")}
    since = stack.last_decision()
    with rule.without(("states:StartExecution", "file-workflow")):
        file_id = stack.upload(b"not started")
        key = stack.row(file_id)["s3_key"]
        queue = stack.rule_dead_letters()
        (message,) = stack.eventually("the event is kept", lambda: stack.take_message(queue, key), DEADLINE)

    denied = [decision for decision in stack.decisions(since) if decision.decision != "Allow"]
    assert {(d.action, d.via) for d in denied} == {("states:StartExecution", "events")}
    assert stack.executions(key) == []
    assert stack.row(file_id)["status"] == "uploading"
    event = json.loads(message["Body"])
    assert event["detail"]["object"]["key"] == key
    assert event["detail-type"] == "Object Created"
    stack.repeat_event(event["detail"]["object"]["key"])
    stack.settled(file_id)
    assert len(stack.announcements(file_id)) == 1
    stack.upload_and_settle(b"started")


def test_the_gateway_needs_permission_to_invoke_the_function(stack: Stack) -> None:
    functions = stack.client("lambda")
    name = stack.outputs["file_processor_function_name"]
    policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    (statement,) = [
        each for each in policy["Statement"] if each["Condition"]["ArnLike"]["AWS:SourceArn"].endswith("/GET/files")
    ]

    functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    try:
        refused = stack.call("GET", "/files")
    finally:
        functions.add_permission(
            FunctionName=name,
            StatementId=statement["Sid"],
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
        )

    assert (refused.status, refused.json()["error"]["code"]) == (500, "internal_error")
    assert stack.call("GET", "/files").status == 200
