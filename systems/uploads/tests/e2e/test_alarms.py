"""Alarms go off, and say so on their own topic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from uploads_stack import DEADLINE, Stack, unique

from stackwright.testing.roles import Role

pytestmark = pytest.mark.e2e


def state(stack: Stack, name: str) -> str:
    (alarm,) = stack.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["AlarmActions"] == [stack.outputs["alarm_topic_arn"]]
    return alarm["StateValue"]


def notifications(stack: Stack, name: str, since: int) -> list[dict[str, Any]]:
    """What was announced about an alarm going off."""
    topic = stack.outputs["alarm_topic_arn"]
    bodies = [json.loads(m.message) for m in stack.emulator.messages(since) if m.topic_arn == topic]
    return [body for body in bodies if (body["AlarmName"], body["NewStateValue"]) == (name, "ALARM")]


def last_message(stack: Stack) -> int:
    found = stack.emulator.messages()
    return found[-1].number if found else 0


def alarm(stack: Stack, kind: str) -> str:
    """Name of the alarm whose name contains this; quiet at first, whatever ran before."""
    found = stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    (name,) = [each["AlarmName"] for each in found if kind in each["AlarmName"]]
    stack.eventually(f"{name} is quiet", lambda: state(stack, name) != "ALARM", DEADLINE)
    return name


def test_failing_invocations_raise_the_error_rate_alarm(stack: Stack) -> None:
    name, since = alarm(stack, "file-processor-error-rate"), last_message(stack)

    def fails_and_alarms() -> list[dict[str, Any]]:
        # Two periods in a row: it takes failures in both.
        stack.client("lambda").invoke(
            FunctionName=stack.outputs["file_processor_function_name"], Payload=json.dumps({"task": "Nonsense"})
        )
        return notifications(stack, name, since)

    (message,) = stack.eventually(f"{name} goes off", fails_and_alarms, DEADLINE)
    assert state(stack, name) == "ALARM"
    assert message["OldStateValue"] != "ALARM"
    assert "file-processor: error-rate above 1" in message["AlarmDescription"]
    stack.eventually(f"{name} recovers", lambda: state(stack, name) != "ALARM", DEADLINE)


@pytest.mark.parametrize("queue", ["file-processor-dlq", "file-processor-failures"])
def test_a_failed_event_raises_the_alarm_of_its_queue(stack: Stack, queue: str) -> None:
    name, since, marker = alarm(stack, f"{queue}-not-empty"), last_message(stack), unique("event")
    urls = [stack.outputs["file_processor_dlq_url"], stack.failures_queue()]

    stack.invoke_asynchronously({"marker": marker})

    stack.eventually(f"{name} goes off", lambda: notifications(stack, name, since), DEADLINE)
    for url in urls:
        stack.eventually("the message is there", lambda url=url: stack.take_message(url, marker), DEADLINE)


def test_an_event_that_is_not_delivered_raises_the_alarm_of_its_queue(stack: Stack, rule: Role) -> None:
    name, since = alarm(stack, "file-stored-dlq-not-empty"), last_message(stack)
    with rule.without(("states:StartExecution", "file-workflow")):
        file_id = stack.upload(b"kept")
        key = stack.row(file_id)["s3_key"]
        stack.eventually(f"{name} goes off", lambda: notifications(stack, name, since), DEADLINE)

    stack.eventually("the event is kept", lambda: stack.take_message(stack.rule_dead_letters(), key), DEADLINE)
    stack.repeat_event(key)
    stack.settled(file_id)


def test_a_file_that_cannot_be_checked_raises_the_workflows_alarm(stack: Stack, function: Role) -> None:
    name, since = alarm(stack, "file-workflow-failed"), last_message(stack)

    with function.without(("s3:GetObject", "objects")):
        stack.settled(stack.upload(b"unchecked"), status="failed")
        stack.eventually(f"{name} goes off", lambda: notifications(stack, name, since), DEADLINE)


def test_a_broken_api_raises_its_alarm(stack: Stack, function: Role) -> None:
    name, since = alarm(stack, "api-5xx-rate"), last_message(stack)

    def fails_and_alarms() -> list[dict[str, Any]]:
        assert stack.call("GET", "/files").status == 502
        return notifications(stack, name, since)

    with function.without(("dynamodb:Query", "index")):
        stack.eventually(f"{name} goes off", fails_and_alarms, DEADLINE)


def test_upload_messages_and_alarms_go_different_ways(stack: Stack) -> None:
    assert stack.outputs["sns_topic_arn"] != stack.outputs["alarm_topic_arn"]
    for message in stack.emulator.messages():
        about_a_file = "file_id" in json.loads(message.message)
        assert message.topic_arn == stack.outputs["sns_topic_arn" if about_a_file else "alarm_topic_arn"]
