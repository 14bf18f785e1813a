"""Alarms on metrics that nobody publishes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from stackwright.rules.alarms.queries import ALARM, Alarm, Metric
from stackwright.rules.alarms.services import Service, services
from stackwright.rules.finding import Problem
from stackwright.rules.lines import snake
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_GENERIC: Final = {"lambda", "function", "fn", "func", "table", "queue", "topic", "api", "dev", "test", "staging"} | {
    "stage", "prod", "production", "qa", "uat", "v1", "dlq"
}  # fmt: skip
_SEPARATOR: Final = re.compile(r"[-_./ ]+")
_MADE_UP: Final = re.compile(r"[0-9a-f]{7}")
_CLOSE: Final = 0.85


@graph_rule("ALM105", "loses", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def dimension_that_names_nothing(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm whose dimension is not the name of the resource that it means.

    ## Why is this bad?
    A metric is found by the exact values of its dimensions. Pulumi adds a suffix to names, so the short name is none;
    an ARN or URL where the metric has the name is none either. Nothing is refused: the alarm has no data for ever.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension

    ## Example
    ```python
    topic = aws.sns.Topic("operators")
    failed = aws.sqs.Queue("failed-invoices")
    aws.cloudwatch.MetricAlarm(
        "failed-invoices",
        namespace="AWS/SQS",
        metric_name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": "failed-invoices"},
        statistic="Maximum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
        alarm_actions=[topic.arn],
    )
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("operators")
    failed = aws.sqs.Queue("failed-invoices")
    aws.cloudwatch.MetricAlarm(
        "failed-invoices",
        namespace="AWS/SQS",
        metric_name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": failed.name},
        statistic="Maximum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
        alarm_actions=[topic.arn],
    )
    ```
    """
    alarm = Alarm(node)
    for metric in alarm.metrics:
        service = services().get(metric.namespace)
        if service is None:
            continue
        for key, value in metric.dimensions.items():
            if key not in service.values:
                continue
            kind, path = service.values[key]
            meant = _meant(str(value), graph, kind, path)
            if meant is None:
                continue
            expected = meant.id if path == "id" else str(meant.get(path, ""))
            yield node.problem(
                f"{alarm.says} watches {metric.name} with {key} {str(value)!r}; that of {meant.name!r} is {expected!r}",
                fix=f'dimensions={{"{key}": <resource>.{snake(path)}}}',
                at=metric.at(f"dimensions.{key}"),
                related=[meant.here("the resource")],
            )


@graph_rule("ALM106", "loses", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def metric_that_is_not_published(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm on a metric that AWS does not publish, or not with these dimensions.

    ## Why is this bad?
    `UserErrors` of DynamoDB counts for a whole account and has no `TableName`, `5XXError` is a REST API's and has no
    `ApiId`, a queue's metrics come by its name only. Nothing is refused: the alarm has no data for ever.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html

    ## Example
    ```python
    topic = aws.sns.Topic("operators")
    table = aws.dynamodb.Table(
        "invoices", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
    )
    aws.cloudwatch.MetricAlarm(
        "invoices-throttled",
        namespace="AWS/DynamoDB",
        metric_name="UserErrors",
        dimensions={"TableName": table.name},
        statistic="Sum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
        alarm_actions=[topic.arn],
    )
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("operators")
    table = aws.dynamodb.Table(
        "invoices", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
    )
    aws.cloudwatch.MetricAlarm(
        "invoices-throttled",
        namespace="AWS/DynamoDB",
        metric_name="WriteThrottleEvents",
        dimensions={"TableName": table.name},
        statistic="Sum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=0,
        alarm_actions=[topic.arn],
    )
    ```
    """
    alarm = Alarm(node)
    for metric in alarm.metrics:
        service = services().get(metric.namespace)
        wrong = _unpublished(metric, service) if service else None
        if service is not None and wrong is not None:
            message, fix, at = wrong
            yield node.problem(
                f"{alarm.says} watches {metric.namespace} {message}",
                fix=f"{fix} See {service.source}",
                at=metric.at(at),
            )
    for index, metric in enumerate(alarm.metrics):
        namespace = _close(metric.namespace, services())
        if namespace and index == 0:
            yield node.problem(
                f"{alarm.says} watches the namespace {metric.namespace!r}, in which AWS publishes nothing",
                fix=f"namespace={namespace!r}",
                at=metric.at("namespace"),
            )


def _unpublished(metric: Metric, service: Service) -> tuple[str, str, str] | None:
    keys = frozenset(metric.dimensions)
    known = service.combinations.get(metric.name)
    if known is not None and keys not in known:
        has = f"with {_listed(keys)}" if keys else "without dimensions"
        published = " or ".join(_listed(one) if one else "none" for one in known[:3])
        fix = f"Use {published}." if published != "none" else "Leave the dimensions out."
        return f"{metric.name} {has}; its dimensions are {published}", fix, "dimensions"
    if service.keys and keys - service.keys:
        wrong = _listed(keys - service.keys)
        return f"{metric.name} with {wrong}; its metrics have no such dimension", "Use another one.", "dimensions"
    if service.names and metric.name not in service.names and (meant := _close(metric.name, service.names)):
        return f"{metric.name}, which does not exist", f"metric_name={meant!r}.", "metricName"
    return None


def _meant(value: str, graph: View, kind: str, path: str) -> Node | None:
    """The resource of this program that a value means and does not name; None when it names one, or another's."""
    nodes = graph.all(kind, "alb/loadBalancer:LoadBalancer", "alb/targetGroup:TargetGroup")
    nodes = tuple(n for n in nodes if n.kind.rpartition(":")[2] == kind.rpartition(":")[2])
    names = {n.urn: (n.id if path == "id" else str(n.get(path, ""))) for n in nodes}
    if not value or value in names.values():
        return None
    found = graph.find(value, *{n.kind for n in nodes}) if nodes else None
    if found is None and kind == "lambda/function:Function":
        found = graph.function(value) if ":" in value else None
    if found is not None:
        return found
    if value.startswith(("arn:", "https:")):
        return None
    alike = [n for n in nodes if _is_like(value, n, names[n.urn])]
    return alike[0] if alike else None


def _is_like(value: str, node: Node, name: str) -> bool:
    """Whether a text is a resource's name but for what programs add to names."""
    if value == node.name:
        return True
    parts = node.urn.split("::")
    added = _GENERIC | set(_tokens(parts[1])) | set(_tokens(parts[0].rpartition(":")[2]))
    mine, its = set(_tokens(value)), set(_tokens(name))
    core = {t for t in its if not _MADE_UP.fullmatch(t)}
    if mine - added and mine ^ core <= added:
        return True
    bare = _MADE_UP.sub("", name).rstrip("-")
    return min(len(value), len(bare)) > 5 and difflib.SequenceMatcher(None, value, bare).ratio() >= _CLOSE


def _tokens(text: str) -> list[str]:
    return [t for t in _SEPARATOR.split(text.lower()) if t]


def _close(name: str, known: Iterable[str]) -> str:
    """What was meant by a misspelled name; empty when it is none of these by far."""
    names = set(known)
    if name in names:
        return ""
    same = [k for k in names if k.lower() == name.lower()]
    alike = same or difflib.get_close_matches(name, sorted(names), 1, 0.9)
    return alike[0] if alike else ""


def _listed(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))
