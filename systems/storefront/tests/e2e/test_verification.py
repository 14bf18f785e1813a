"""`stackwright verify storefront` on a running stack: it holds, and says what is broken when something is."""

from __future__ import annotations

import json
import runpy

import pytest
from storefront_command import PROJECT, CommandLine
from storefront_stack import Storefront

from stackwright.local.verification import Verification, run

pytestmark = pytest.mark.e2e


def test_a_running_stack_holds(storefront: Storefront, stackwright: CommandLine) -> None:
    outcomes = {each["name"]: each for each in json.loads(stackwright("verify", str(PROJECT), "--json"))}

    steps = [name for name in runpy.run_path(str(PROJECT / "verify.py")) if name.startswith("check_")]
    assert list(outcomes) == steps
    assert {name: outcome["problem"] for name, outcome in outcomes.items()} == dict.fromkeys(steps, "")


def test_a_broken_part_fails_its_step_alone(storefront: Storefront) -> None:
    cloudwatch, dashboard = storefront.client("cloudwatch"), storefront.outputs["dashboard_name"]
    body = cloudwatch.get_dashboard(DashboardName=dashboard)["DashboardBody"]
    (alarm,) = [
        each["AlarmName"]
        for each in cloudwatch.describe_alarms()["MetricAlarms"]
        if "-order-workflow-failed-" in each["AlarmName"]
    ]
    cloudwatch.delete_dashboards(DashboardNames=[dashboard])
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm])
    try:
        outcomes = list(run(PROJECT, Verification(storefront.outputs, storefront.endpoint)))
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[alarm])
        cloudwatch.put_dashboard(DashboardName=dashboard, DashboardBody=body)

    problems = {outcome.name: outcome.problem for outcome in outcomes if outcome.problem}
    assert problems.keys() == {"check_alarms", "check_dashboard"}
    assert problems["check_alarms"] == "failed executions: the alarm notifies nobody"
    assert "ResourceNotFound" in problems["check_dashboard"]
