"""`stackwright verify storefront` on a running stack: it holds, and says what is broken when something is."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable

import pytest
from storefront_stack import PROJECT, Storefront

from stackwright.testing.running import CommandLine
from stackwright.verify import Verification, run

pytestmark = pytest.mark.e2e


def test_a_running_stack_holds(storefront: Storefront, stackwright: CommandLine) -> None:
    outcomes = {each["name"]: each for each in json.loads(stackwright("verify", str(PROJECT), "--json"))}

    steps = [name for name in runpy.run_path(str(PROJECT / "verify.py")) if name.startswith("check_")]
    assert list(outcomes) == steps
    assert {name: outcome["problem"] for name, outcome in outcomes.items()} == dict.fromkeys(steps, "")


def test_a_broken_part_fails_its_step_alone(storefront: Storefront) -> None:
    cloudwatch, dashboard = storefront.client("cloudwatch"), storefront.outputs["dashboard_name"]
    sqs, queue = storefront.client("sqs"), storefront.outputs["resume_orders_dlq_url"]
    body = cloudwatch.get_dashboard(DashboardName=dashboard)["DashboardBody"]
    (alarm,) = [
        each["AlarmName"]
        for each in cloudwatch.describe_alarms()["MetricAlarms"]
        if "-order-workflow-failed-" in each["AlarmName"]
    ]
    cloudwatch.delete_dashboards(DashboardNames=[dashboard])
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm])
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "60"})
    try:
        outcomes = list(run(PROJECT, Verification(storefront.outputs, storefront.endpoint)))
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "1209600"})
        cloudwatch.enable_alarm_actions(AlarmNames=[alarm])
        cloudwatch.put_dashboard(DashboardName=dashboard, DashboardBody=body)

    problems = {outcome.name: outcome.problem for outcome in outcomes if outcome.problem}
    assert problems.keys() == {"check_alarms", "check_dead_letter_queues", "check_dashboard"}
    assert problems["check_alarms"] == "failed executions: the alarm notifies nobody"
    expected = "the queue of resume-orders keeps events for 60 s, expected 1209600 s"
    assert problems["check_dead_letter_queues"] == expected
    assert "ResourceNotFound" in problems["check_dashboard"]


@pytest.fixture
def check_queues() -> Callable[[Verification], str]:
    return runpy.run_path(str(PROJECT / "verify.py"))["check_dead_letter_queues"]


@pytest.mark.parametrize(
    ("attribute", "problem"),
    [
        ("KmsMasterKeyId", "the queue of user-service is not encrypted with "),
        ("Policy", "the queue of user-service takes plain HTTP"),
    ],
)
def test_an_open_queue_of_failed_events_is_found(
    storefront: Storefront, check_queues: Callable[[Verification], str], attribute: str, problem: str
) -> None:
    sqs, queue = storefront.client("sqs"), storefront.outputs["user_service_dlq_url"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[attribute])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={attribute: ""})
    try:
        with pytest.raises(AssertionError) as raised:
            check_queues(storefront)
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)

    assert str(raised.value).startswith(problem)
    check_queues(storefront)


def test_a_missing_queue_of_failed_events_is_found(
    storefront: Storefront, check_queues: Callable[[Verification], str]
) -> None:
    missing = {"order_service_dlq_url": f"{storefront.outputs['order_service_dlq_url']}-gone"}

    with pytest.raises(Exception, match="NonExistentQueue"):
        check_queues(Verification({**storefront.outputs, **missing}, storefront.endpoint))


def test_events_that_wait_for_somebody_are_told(
    storefront: Storefront, check_queues: Callable[[Verification], str]
) -> None:
    sqs, queue = storefront.client("sqs"), storefront.outputs["user_service_dlq_url"]
    sqs.purge_queue(QueueUrl=queue)
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    try:
        assert "user-service: 1 waiting" in check_queues(storefront)
    finally:
        sqs.purge_queue(QueueUrl=queue)

    assert "user-service: " not in check_queues(storefront)
