"""Alarms that tell nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, cast

from stackwright.rules.alarms.queries import ALARM
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import pattern_of
from stackwright.rules.view import Node, View

_COMPOSITE: Final = "cloudwatch/compositeAlarm:CompositeAlarm"
_SHOWS: Final = ("cloudwatch/dashboard:Dashboard", ALARM)


@graph_rule("ALM107", "loses", "alarm-semantics", rows=("S0-5", "S2-18"), each=(ALARM, _COMPOSITE))
def alarm_that_tells_nobody(alarm: Node, graph: View) -> Iterator[Problem]:
    """An alarm without an action, which nothing else uses either.

    ## Why is this bad?
    It turns red in a console that nobody looks at. An action publishes to a topic, scales something or starts a
    function; a composite alarm, a rule on alarm changes or a deployment that watches the alarm would do as well.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html

    ## Example
    ```python
    aws.cloudwatch.MetricAlarm(
        "invoices-errors",
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions={"FunctionName": "invoices"},
        statistic="Sum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
    )
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("operators")
    aws.sns.TopicSubscription("operators", topic=topic.arn, protocol="email", endpoint="operators@example.org")
    aws.cloudwatch.MetricAlarm(
        "invoices-errors",
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions={"FunctionName": "invoices"},
        statistic="Sum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
        alarm_actions=[topic.arn],
    )
    ```
    """
    if alarm.items("alarmActions") or _is_up_to_settings(alarm) or _is_used(alarm, graph):
        return
    other = " when it ends, not when it begins" if alarm.items("okActions") else ""
    yield alarm.problem(
        f"the alarm {alarm.name!r} tells nobody{other}: it has no alarm_actions, and nothing in this program uses it",
        fix="alarm_actions=[topic.arn]",
        at="alarmActions",
    )


def _is_up_to_settings(alarm: Node) -> bool:
    """Whether the program says actions, and has none for want of a setting: `[topic_arn] if topic_arn else []`."""
    place, whole = alarm.place("alarmActions"), alarm.place()
    if (place.line, place.column) == (whole.line, whole.column):
        return False
    line = alarm.graph.lines.text(place.file, place.line)
    return any(word in line for word in (" if ", "config", "environ", "getenv", ".get("))


def _is_used(alarm: Node, graph: View) -> bool:
    name = str(alarm.get("name") or alarm.id)
    for node in graph:
        if node.urn == alarm.urn or node.kind in _SHOWS:
            continue
        if node.kind == "cloudwatch/eventRule:EventRule" and _is_on_alarms(node):
            return True
        if alarm.urn in node.resource.dependencies and node.resource.custom and _mentions(node, (name, alarm.arn)):
            return True
        if node.kind == _COMPOSITE and _mentions(node, (name, alarm.arn)):
            return True
    return False


def _is_on_alarms(rule: Node) -> bool:
    source: Any = pattern_of(rule).get("source")
    return isinstance(source, list) and "aws.cloudwatch" in cast("list[Any]", source)


def _mentions(node: Node, names: tuple[str, ...]) -> bool:
    try:
        text = json.dumps(dict(node.resource.inputs), default=str)
    except (TypeError, ValueError):
        text = repr(node.resource.inputs)
    return any(name and name in text for name in names)
