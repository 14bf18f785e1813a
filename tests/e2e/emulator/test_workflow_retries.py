"""Patch ``step_functions``: waits before retries, and who counts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stackwright.emulator.launcher.patches.step_functions import with_fixed_wait

pytestmark = pytest.mark.e2e

THROTTLED = "Lambda.TooManyRequestsException"
HANDLER = "def handler(event, context):\n    raise KeyError('broken')\n"


@pytest.fixture
def real_waits(account: Any) -> Iterator[None]:
    account.emulator.scale_waits(0.25)
    yield
    account.emulator.scale_waits(0)


class Machine:
    """A machine of one task with retriers, and its execution."""

    def __init__(self, account: Any, function: str, retry: list[dict[str, Any]]) -> None:
        self.account = account
        self.states = account.client("stepfunctions")
        may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": function},
            "Retry": retry,
            "End": True,
        }
        machine = self.states.create_state_machine(
            name=account.name("machine"),
            definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
            roleArn=account.role("states", [may]),
        )
        self.arn = self.states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]

    def errors(self) -> list[str]:
        """The errors of the attempts so far."""
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=self.arn)
        history = [event for page in pages for event in page["events"]]
        return [e["taskFailedEventDetails"]["error"] for e in history if e["type"] == "TaskFailed"]

    def error(self) -> str:
        """What the execution failed with."""
        describe = self.states.describe_execution
        ended = self.account.until(lambda: (e := describe(executionArn=self.arn))["status"] != "RUNNING" and e)
        return ended["error"]


def throttled(account: Any) -> str:
    name = account.function(HANDLER)
    account.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    return name


def test_no_wait_is_longer_than_the_retrier_allows(account: Any, real_waits: None) -> None:
    retrier = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 1000, "MaxAttempts": 3}

    machine = Machine(account, throttled(account), [{**retrier, "MaxDelaySeconds": 2}])

    # Without the limit, the second wait takes a quarter of a minute, and so does the third.
    assert machine.error() == THROTTLED
    assert machine.errors() == [THROTTLED] * 4


def test_waits_are_drawn_below_the_limit() -> None:
    retrier = {"ErrorEquals": ["X"], "IntervalSeconds": 1, "MaxDelaySeconds": 8, "JitterStrategy": "FULL"}

    first = [with_fixed_wait(retrier, 0)["IntervalSeconds"] for _ in range(200)]
    later = [with_fixed_wait(retrier, 5)["IntervalSeconds"] for _ in range(200)]

    assert 0 <= min(first) < 0.5 < max(first) <= 1
    assert 0 <= min(later) < 4 < max(later) <= 8
    assert with_fixed_wait({**retrier, "JitterStrategy": "NONE"}, 2)["IntervalSeconds"] == 4
    assert with_fixed_wait({**retrier, "JitterStrategy": "NONE"}, 5_000)["IntervalSeconds"] == 8
    assert with_fixed_wait({"ErrorEquals": ["X"]}, 2) == {"ErrorEquals": ["X"]}


def test_each_retrier_counts_its_own_attempts(account: Any, real_waits: None) -> None:
    retry = [
        {"ErrorEquals": [THROTTLED], "IntervalSeconds": 1, "MaxAttempts": 100_000, "MaxDelaySeconds": 2},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2},
    ]
    name = throttled(account)
    machine = Machine(account, name, retry)
    account.until(lambda: len(machine.errors()) > 3)
    account.client("lambda").delete_function_concurrency(FunctionName=name)

    assert machine.error() == "KeyError"
    errors = machine.errors()
    assert errors[-3:] == ["KeyError"] * 3
    assert set(errors[:-3]) == {THROTTLED}
