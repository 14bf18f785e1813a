"""Alarms that measure something else than they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from stackwright.rules.alarms.bounds import highest, is_failure, is_part, is_share
from stackwright.rules.alarms.metric_math import Call, Id, Operation, parts
from stackwright.rules.alarms.queries import ALARM, Alarm, Metric
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_./:]+")
# `error rate`, `5XX percentage`, `rate of failed runs`, `2 %`; a rate limit is something else.
_RATE: Final = re.compile(
    r"\b(?:errors?|err|fail\w*|faults?|throttl\w*|[45] ?xx|5\d\d|unsuccessful|success|crash\w*)"
    r"(?: \w+)? (?:rates?|ratio|percentage|percent|pct|share)\b(?! limit)"
    r"|\b(?:rate|ratio|percentage|percent|share|proportion) of (?:\w+ )?"
    r"(?:errors?|fail\w*|throttl\w*|requests|invocations)"
    r"|\d ?%|\d (?:percent|per cent)\b",
    re.IGNORECASE,
)
_FRACTION: Final = 0.5


@graph_rule("ALM103", "loses", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def count_where_a_rate_is_meant(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm on a rate, by its name, description or threshold, that watches a number of failures.

    ## Why is this bad?
    The sum of `Errors` grows with the traffic: two failures among a million calls are an alarm, and one among two is
    none. A rate is the quotient of two metrics, so it takes metric math.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

    ## Example
    ```python
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
        alarm_description="More than 1% of the runs fail",
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions={"FunctionName": "invoices"},
        statistic="Sum",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=1,
        alarm_actions=[topic.arn],
    )
    ```

    ## Use instead
    ```python
    counted = {"namespace": "AWS/Lambda", "period": 60, "stat": "Sum", "dimensions": {"FunctionName": "invoices"}}
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
        alarm_description="More than 1% of the runs fail",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=1,
        alarm_actions=[topic.arn],
        metric_queries=[
            {"id": "rate", "expression": "IF(runs > 0, errors / runs * 100, 0)", "return_data": True},
            {"id": "errors", "metric": {**counted, "metric_name": "Errors"}},
            {"id": "runs", "metric": {**counted, "metric_name": "Invocations"}},
        ],
    )
    ```
    """
    alarm = Alarm(node)
    metrics = _counted(alarm)
    if not metrics or not all(_is_count(metric, graph) for metric in metrics):
        return
    names = " and ".join(f"{m.statistic} of {m.name}" for m in metrics)
    at = metrics[0].at("metricName") if alarm.single else f"{alarm.returned.path}" if alarm.returned else ""
    threshold = node.get("threshold")
    meant = _meant(node)
    if meant:
        yield node.problem(
            f"{alarm.says} is about a rate ({meant!r}), and compares {names}, a number, with {threshold}",
            fix=_rate(metrics[0]),
            at=at,
        )
    elif isinstance(threshold, (int, float)) and 0 < threshold < _FRACTION:
        yield node.problem(
            f"{alarm.says} compares {names}, a number of failures, with {threshold}, a share",
            fix=_rate(metrics[0]),
            at="threshold",
        )


@graph_rule("ALM104", "loses", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def alarm_that_cannot_be_reached(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm whose threshold lies above all that its metric or expression can be, or whose quotient is upside down.

    ## Why is this bad?
    `errors / invocations` is at most 1, as is the average of `5XXError`: compared with 1 or 5, meant as per cent, it
    never is an alarm. Sums of two different functions, and calls divided by errors, are no rate either.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html

    ## Example
    ```python
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "api-errors",
        namespace="AWS/ApiGateway",
        metric_name="5XXError",
        dimensions={"ApiName": "invoices"},
        statistic="Average",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=5,
        alarm_actions=[topic.arn],
    )
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "api-errors",
        namespace="AWS/ApiGateway",
        metric_name="5XXError",
        dimensions={"ApiName": "invoices"},
        statistic="Average",
        period=60,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=0.05,
        alarm_actions=[topic.arn],
    )
    ```
    """
    alarm = Alarm(node)
    yield from _out_of_reach(alarm)
    term = alarm.watched
    for part in parts(term) if term else ():
        if not isinstance(part, Operation) or part.operator != "/":
            continue
        above, below = _metrics(alarm, part.left), _metrics(alarm, part.right)
        if len(above) != 1 or len(below) != 1:
            continue
        at = alarm.returned.path if alarm.returned else ""
        if is_part(below[0], above[0]):
            yield node.problem(
                f"{alarm.says} divides {above[0].name} by {below[0].name}; the rate of failures is the reverse",
                fix="<failures> / <all> * 100",
                at=at,
            )
        elif _of_another(above[0], below[0]):
            yield node.problem(
                f"{alarm.says} divides {above[0].name} of {_named(above[0])} by {below[0].name} of {_named(below[0])}",
                fix="Give both metrics the same dimensions.",
                at=at,
            )


def _out_of_reach(alarm: Alarm) -> Iterator[Problem]:
    node = alarm.node
    most: float | None
    if alarm.single is not None:
        most = 1 if is_share(alarm.single) else None
        what = f"the {alarm.single.statistic} of {alarm.single.name}"
    else:
        most = highest(alarm.watched, alarm.metric) if alarm.watched is not None else None
        returned = alarm.returned
        what = (returned.expression or returned.id) if returned else ""
    threshold: Any = node.get("threshold")
    if most is None or not isinstance(threshold, (int, float)) or node.given("thresholdMetricId") is not None:
        return
    operator = str(node.get("comparisonOperator"))
    never = (operator == "GreaterThanThreshold" and threshold >= most) or (
        operator == "GreaterThanOrEqualToThreshold" and threshold > most
    )
    if never and most > 0:
        yield node.problem(
            f"{alarm.says} waits for {what} above {threshold}, and that is never more than {most:g}",
            fix=f"threshold={threshold / 100:g}, or multiply the share by 100" if threshold <= 100 else "a share",
            at="threshold",
        )


def _counted(alarm: Alarm) -> list[Metric]:
    """The metrics of an alarm that divides nothing."""
    if alarm.single is not None:
        return [alarm.single]
    term = alarm.watched
    if term is None:
        return []
    whole = list(parts(term))
    divides = any(isinstance(p, Operation) and p.operator == "/" for p in whole)
    if divides or any(isinstance(p, Call) and p.name in ("RATE", "AVG", "LAMBDA", "SEARCH") for p in whole):
        return []
    return _metrics(alarm, term)


def _metrics(alarm: Alarm, term: Any) -> list[Metric]:
    names = dict.fromkeys(p.name for p in parts(term) if isinstance(p, Id))
    return [metric for name in names if (metric := alarm.metric(name)) is not None]


def _is_count(metric: Metric, graph: View) -> bool:
    if metric.statistic not in ("Sum", "SampleCount", "Maximum", "Minimum"):
        return False
    return is_failure(metric) or any(
        transformation.get("name") == metric.name
        and transformation.get("namespace") == metric.namespace
        and str(transformation.get("value")) == "1"
        for each in graph.all("cloudwatch/logMetricFilter:LogMetricFilter")
        for transformation in each.items("metricTransformation")
    )


def _meant(node: Node) -> str:
    """What says that a rate is meant; empty when nothing does."""
    lines = node.graph.lines
    place = node.place("threshold")
    written = lines.text(place.file, place.line) if place.file and place.path else ""
    line = written if re.match(r"[\"']?threshold\b", written) else ""
    for text in (node.get("alarmDescription"), node.get("name"), node.name, line):
        found = _RATE.search(_WORD_START.sub(" ", str(text or ""))) or _RATE.search(str(text or ""))
        if found:
            return found[0]
    return ""


def _rate(metric: Metric) -> str:
    whole = "Count" if metric.namespace == "AWS/ApiGateway" else "Invocations"
    return (
        f'metric_queries with {metric.name} and {whole}, and "IF(all > 0, failed / all * 100, 0)" as the one that '
        "has return_data=True"
    )


def _of_another(part: Metric, whole: Metric) -> bool:
    """Whether two metrics of a quotient have the same dimensions with different values."""
    same = part.namespace == whole.namespace and set(part.dimensions) == set(whole.dimensions)
    return same and is_failure(part) and dict(part.dimensions) != dict(whole.dimensions)


def _named(metric: Metric) -> str:
    return ", ".join(repr(value) for value in metric.dimensions.values())
