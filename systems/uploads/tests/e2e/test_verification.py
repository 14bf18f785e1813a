"""`stackwright verify uploads` on a running stack: it holds, and says what is broken when something is."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from uploads_stack import PROJECT, Stack

from stackwright.testing.roles import Role
from stackwright.testing.running import CommandLine, running
from stackwright.verify import Verification, run

pytestmark = pytest.mark.e2e


def test_a_fresh_stack_holds(stack: Stack, stackwright: CommandLine) -> None:
    outcomes = {each["name"]: each for each in json.loads(stackwright("verify", str(PROJECT), "--json"))}

    steps = [name for name in runpy.run_path(str(PROJECT / "verify.py")) if name.startswith("check_")]
    assert list(outcomes) == steps
    assert [outcome["problem"] for outcome in outcomes.values()] == [""] * len(steps)
    # It leaves nothing behind.
    names = [item["file_name"] for item in stack.call("GET", "/files?limit=100").json()["items"]]
    assert not {"verification.txt", "picture.png"} & set(names)


def test_the_table_is_for_people(stack: Stack, stackwright: CommandLine) -> None:
    shown = stackwright("verify", str(PROJECT))

    assert "The file becomes available and is announced" in shown
    assert "FAIL" not in shown
    assert shown.splitlines()[-1] == "14 of 14 held"


def test_a_stack_that_asks_for_keys_and_takes_few_requests_holds(tmp_path: Path) -> None:
    command = CommandLine(tmp_path)
    config = {
        "api_key_required": "true",
        "api_throttle_rate": "5",
        "api_throttle_burst": "5",
        "dead_letter_retention_days": "4",
    }

    with running(command, PROJECT, config) as guarded:
        outcomes = {each["name"]: each for each in json.loads(command("verify", str(PROJECT), "--json"))}

        assert {outcome["problem"] for outcome in outcomes.values()} == {""}
        assert outcomes["check_api_key"]["saw"] == f"key {guarded.outputs['api_key_id']}"


@contextmanager
def no_dashboard(stack: Stack) -> Iterator[None]:
    cloudwatch, name = stack.client("cloudwatch"), stack.outputs["dashboard_name"]
    body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    cloudwatch.delete_dashboards(DashboardNames=[name])
    try:
        yield
    finally:
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)


@contextmanager
def short_retention(stack: Stack) -> Iterator[None]:
    sqs, url = stack.client("sqs"), stack.outputs["file_processor_dlq_url"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "1209600"})


@contextmanager
def silent_alarm(stack: Stack) -> Iterator[None]:
    cloudwatch = stack.client("cloudwatch")
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    (name,) = [alarm["AlarmName"] for alarm in found if "-file-processor-error-rate-" in alarm["AlarmName"]]
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    try:
        yield
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[name])


def problems(stack: Stack) -> dict[str, str]:
    """What each step has found, without those that hold."""
    found = run(PROJECT, Verification(stack.outputs, stack.endpoint))
    return {outcome.name: outcome.problem for outcome in found if outcome.problem}


def test_a_broken_part_fails_its_step_alone(stack: Stack) -> None:
    with no_dashboard(stack), short_retention(stack), silent_alarm(stack):
        found = problems(stack)

    assert found.keys() == {"check_alarms", "check_queues", "check_dashboard"}
    assert found["check_alarms"] == "error rate of file-processor: the alarm notifies nobody"
    assert found["check_queues"] == "uploads-file-processor-dlq-dev keeps messages for 60 s, not 1209600 s"
    assert "ResourceNotFound" in found["check_dashboard"]


def test_a_file_that_cannot_be_stored_fails_what_builds_on_it(
    stack: Stack, stackwright: CommandLine, function: Role
) -> None:
    with function.without(("s3:PutObject", "objects")):
        table = stackwright("verify", str(PROJECT), code=1)

    assert "FAIL A file can be uploaded" in table
    assert "POST /upload: 502" in table
    assert "ok   The API answers" in table
    assert "ok   The dashboard is there" in table
