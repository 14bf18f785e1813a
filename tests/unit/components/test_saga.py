"""Parallel branches, chosen results, and what is undone."""

from __future__ import annotations

import json

import pytest

from stackwright.components import (
    Branch,
    Catch,
    Choose,
    ComponentError,
    Definition,
    Fail,
    Function,
    Invoke,
    Parallel,
    Retry,
    Succeed,
    Workflow,
)


def test_a_parallel_state_runs_branches_and_is_caught_as_a_whole(run, environment, package, worker):
    def program():
        env = environment()
        first = worker(env)
        second = Function("second", package=package, handler="worker.handler", opts=env.opts)
        definition = Definition(
            start_at="Both",
            timeout_seconds=60,
            steps={
                "Both": Parallel(
                    [
                        Branch("Pay", {"Pay": Invoke(first, {}, "$.pay")}),
                        Branch("Ship", {"Ship": Invoke(second, {}, "$.ship", retry=[Retry(max_attempts=1)])}),
                    ],
                    result_path="$.both",
                    next="Done",
                    catch=[Catch("Undo")],
                ),
                "Done": Succeed(),
                "Undo": Invoke(first, {"task": "Undo"}, "$.undo", next="Failed", result_selector={"v.$": "$.Payload"}),
                "Failed": Fail("SagaFailed", "undone"),
            },
        )
        Workflow("saga", definition=definition, opts=env.opts)

    recorder = run(program)

    states = json.loads(recorder.one("saga-machine").inputs["definition"])["States"]
    both = states["Both"]
    assert both["Type"] == "Parallel"
    assert [branch["StartAt"] for branch in both["Branches"]] == ["Pay", "Ship"]
    assert both["Branches"][0]["States"]["Pay"]["End"] is True
    assert both["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Undo", "ResultPath": "$.errorInfo"}]
    assert (both["Next"], both["ResultPath"]) == ("Done", "$.both")
    assert states["Undo"]["ResultSelector"] == {"v.$": "$.Payload"}
    policy = json.loads(recorder.one("saga-policy", "RolePolicy").inputs["policy"])["Statement"]
    invoked = {r for s in policy if "lambda:InvokeFunction" in s["Action"] for r in s["Resource"]}
    assert {arn.rpartition(":")[2] for arn in invoked} == {"shop-worker-dev", "shop-second-dev"}


DONE = Succeed()


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({"A": Parallel([], "$.a")}, "'A' has no branch"),
        ({"A": Parallel([Branch("B", {"C": DONE})], "$.a")}, "StartAt leads to 'B', which is no state"),
        ({"A": Parallel([Branch("B", {"B": DONE, "C": DONE})], "$.a")}, "'C' is never reached"),
        ({"A": Parallel([Branch("A", {"A": DONE})], "$.a")}, "'A' is there 2 times"),
        ({"A": Parallel([Branch("B", {"B": DONE})], "$")}, "which drops the input"),
        (
            {"A": Parallel([Branch("B", {"B": Choose([({}, "Z")], otherwise="Z")})], "$.a", next="Z"), "Z": DONE},
            "B leads to 'Z', which is no state",
        ),
        (
            {"A": Parallel([Branch("B", {"B": DONE})], "$.a", retry=[Retry(), Retry(errors=("X",))])},
            "a retry or catch after States.ALL",
        ),
        ({"A": Parallel([Branch("B", {"B": DONE})], "$.a", retry=[Retry(max_delay_seconds=2)])}, "not above the first"),
        (
            {"A": Parallel([Branch("B", {"B": DONE})], "$.a", retry=[Retry(max_delay_seconds=40_000_000)])},
            "AWS allows 1..31,622,399 seconds",
        ),
    ],
)
def test_branches_that_step_functions_would_refuse(steps, message):
    with pytest.raises(ComponentError, match=message.replace("$", r"\$")):
        Definition(start_at="A", steps=steps, timeout_seconds=60).check("saga")


def test_a_retrier_with_a_limit_and_jitter():
    retry = Retry(errors=("Busy",), interval_seconds=1, max_attempts=9, max_delay_seconds=8, jitter=True)

    assert retry.as_asl() == {
        "ErrorEquals": ["Busy"],
        "IntervalSeconds": 1,
        "MaxAttempts": 9,
        "BackoffRate": 2.0,
        "MaxDelaySeconds": 8,
        "JitterStrategy": "FULL",
    }


def test_the_arn_of_a_workflow_is_known_before_it_is_declared(run, environment, worker):
    def program():
        env = environment()
        function = worker(env, variables={"WORKFLOW": Workflow.arn_by_name(env, "flow")})
        definition = Definition(start_at="A", steps={"A": Invoke(function, {}, "$.a")}, timeout_seconds=60)
        Workflow("flow", definition=definition, opts=env.opts).grant_start(function)

    recorder = run(program)

    assert recorder.one("worker-function").inputs["environment"]["variables"] == {
        "ENVIRONMENT": "dev",
        "LOG_LEVEL": "INFO",
        "POWERTOOLS_SERVICE_NAME": "worker",
        "WORKFLOW": "arn:aws:states:us-east-1:123456789012:stateMachine:shop-flow-dev",
    }
