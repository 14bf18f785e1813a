"""What decides orders, and what starts without a request."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from storefront_program import PROJECT, SERVICES, states

import stackwright_handlers.errors
from stackwright.graph import reveal


def test_steps_invoke_their_services_and_keep_their_input(program):
    arns = {service: program.outputs(f"{service}-function")["arn"] for service in SERVICES}
    tasks = {name: state for name, state in states(program).items() if state["Type"] == "Task"}

    assert {name: s["Parameters"]["FunctionName"] for name, s in tasks.items()} == {
        "ValidateUser": arns["user-service"],
        "ProcessOrder": arns["order-service"],
        "UpdateInventory": arns["product-service"],
        "ConfirmOrder": arns["order-service"],
        "RejectUser": arns["order-service"],
        "RejectStock": arns["order-service"],
        "CancelOrder": arns["order-service"],
        "ReleaseStock": arns["product-service"],
        "FailOrder": arns["order-service"],
    }
    for state in tasks.values():
        assert state["Resource"] == "arn:aws:states:::lambda:invoke"
        assert state["ResultSelector"] == {"value.$": "$.Payload"}
        assert state["ResultPath"].startswith("$.")
        assert state["TimeoutSeconds"] == 90
        never, throttled, failed = state["Retry"]
        assert (never["ErrorEquals"], never["MaxAttempts"]) == (["InvalidTaskError", "OrderAbandonedError"], 0)
        assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
        assert (throttled["MaxDelaySeconds"], throttled["JitterStrategy"]) == (10, "FULL")
        assert failed == {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}


def test_an_order_that_is_given_up_is_undone_before_the_execution_times_out(program):
    definition = json.loads(program.inputs("order-workflow-machine")["definition"])
    steps = [state for state in definition["States"].values() if state["Type"] == "Task"]
    # One step on the way uses up its retries, whatever the errors, and then one in undoing it.
    longest = max(sum(waits(retrier) for retrier in step["Retry"]) for step in steps)

    assert 2 * longest < definition["TimeoutSeconds"] == 600


def waits(retrier):
    """Seconds between all attempts, at most."""
    each = (retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n for n in range(retrier["MaxAttempts"]))
    return sum(min(wait, retrier.get("MaxDelaySeconds", wait)) for wait in each)


def test_what_fails_is_undone_before_the_execution_fails(program):
    found = states(program)
    caught = {name: state["Catch"][0]["Next"] for name, state in found.items() if state["Type"] == "Task"}

    undoing = {"CancelOrder", "ReleaseStock", "FailOrder"}
    assert {name for name, following in caught.items() if following == "HandleError"} == undoing
    assert {following for name, following in caught.items() if name not in undoing} == {"CancelOrder"}
    assert found["CancelOrder"]["Next"] == "IsOrderConfirmed"
    # What was confirmed after all keeps its stock.
    assert found["IsOrderConfirmed"]["Choices"][0]["Next"] == "Decided"
    assert found["IsOrderConfirmed"]["Default"] == "ReleaseStock"
    assert (found["ReleaseStock"]["Next"], found["FailOrder"]["Next"]) == ("FailOrder", "HandleError")
    assert found["HandleError"]["Error"] == "WorkflowFailed"
    for name in ("CancelOrder", "FailOrder"):
        assert found[name]["Parameters"]["Payload"]["error.$"] == "$.errorInfo"


def test_tasks_and_errors_of_the_workflow_exist_in_the_handlers(program):
    files = [*(PROJECT / "handlers" / "storefront").glob("*.py"), Path(stackwright_handlers.errors.__file__)]
    source = "".join(f.read_text(encoding="utf-8") for f in files)
    found = [s for s in states(program).values() if s["Type"] == "Task"]

    for task in {s["Parameters"]["Payload"]["task"] for s in found} | {"ResumeOrders"}:
        assert f'"{task}":' in source
    for error in {e for s in found for r in s["Retry"] for e in r["ErrorEquals"] if "." not in e}:
        assert f"class {error}(" in source


def test_an_execution_has_ended_before_its_order_is_started_again(program):
    sys.path.insert(0, str(PROJECT / "handlers"))
    try:
        from storefront.resuming import STUCK_AFTER
    finally:
        sys.path.pop(0)

    definition = json.loads(program.inputs("order-workflow-machine")["definition"])
    assert definition["TimeoutSeconds"] <= 840 < STUCK_AFTER.total_seconds()


def test_the_clock_starts_waiting_orders(program):
    assert program.inputs("resume-orders-rule")["scheduleExpression"] == "rate(1 minute)"
    target = program.inputs("resume-orders-target")
    assert target["arn"] == program.outputs("order-service-function")["arn"]
    assert json.loads(target["input"]) == {"task": "ResumeOrders"}
    assert "roleArn" not in target


def test_incoming_files_are_imported_and_no_other(program):
    (notification,) = program.all("s3/bucketNotification:BucketNotification")
    (told,) = reveal(notification.inputs)["lambdaFunctions"]

    assert told == {
        "id": "import",
        "lambdaFunctionArn": program.outputs("product-service-function")["arn"],
        "events": ["s3:ObjectCreated:*"],
        "filterPrefix": "incoming/",
        "filterSuffix": ".csv",
    }
    assert program.depends(notification, "product-import-import-permission")
