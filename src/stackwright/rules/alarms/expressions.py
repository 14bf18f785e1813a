"""Metric math that CloudWatch refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stackwright.rules.alarms.metric_math import Call, Id, MathError, language, parse, parts
from stackwright.rules.alarms.queries import ALARM, Alarm, Query
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_ID: Final = re.compile(r"[a-z][A-Za-z0-9_]*")


@graph_rule("ALM101", "breaks", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def metric_math_that_is_none(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm whose expression is no metric math, or names what is not there.

    ## Why is this bad?
    Metric math is a small language: arithmetic, comparisons, AND, OR and some functions over the ids of the same
    alarm; it has IF(), no `?:`. CloudWatch refuses an expression that it cannot read, an id that is not there or does
    not begin with a small letter, and SEARCH() in an alarm.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

    ## Example
    ```python
    counted = {"namespace": "AWS/Lambda", "period": 60, "stat": "Sum", "dimensions": {"FunctionName": "invoices"}}
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=1,
        alarm_actions=[topic.arn],
        metric_queries=[
            {"id": "rate", "expression": "runs > 0 ? errors / runs * 100 : 0", "return_data": True},
            {"id": "errors", "metric": {**counted, "metric_name": "Errors"}},
            {"id": "runs", "metric": {**counted, "metric_name": "Invocations"}},
        ],
    )
    ```

    ## Use instead
    ```python
    counted = {"namespace": "AWS/Lambda", "period": 60, "stat": "Sum", "dimensions": {"FunctionName": "invoices"}}
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
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
    ids = {query.id for query in alarm.queries}
    for query in alarm.queries:
        if not _ID.fullmatch(query.id):
            yield node.problem(
                f"{alarm.says} has a metric query with the id {query.id!r}, which must begin with a small letter, "
                "followed by letters, digits and underscores",
                fix=f"id={_suggested(query.id)!r}, there and in expressions",
                at=f"{query.path}.id",
            )
        elif query.expression and not query.is_sql:
            wrong = _wrong(query, ids)
            if wrong:
                yield node.problem(
                    f"{alarm.says} has the expression {query.expression!r}: {wrong[0]}",
                    fix=wrong[1],
                    at=f"{query.path}.expression",
                )
    watched = node.given("thresholdMetricId")
    if watched is not None and alarm.queries and watched not in ids:
        yield node.problem(
            f"{alarm.says} compares with {watched!r}, and has no metric query of that id",
            fix=f"threshold_metric_id=one of {', '.join(sorted(ids))}",
            at="thresholdMetricId",
        )


@graph_rule("ALM102", "breaks", "alarm-semantics", rows=("S0-5", "S1-7", "S2-18"), each=ALARM)
def alarm_without_one_result(node: Node, graph: View) -> Iterator[Problem]:
    """An alarm of which no metric query returns data, or several do.

    ## Why is this bad?
    An alarm watches one series. Exactly one of its metric queries must have `return_data`, which is off by default
    in the provider; CloudWatch refuses others with "Exactly one element of the metrics list should return data". A
    query has an expression or a metric, and an id of its own.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html

    ## Example
    ```python
    counted = {"namespace": "AWS/Lambda", "period": 60, "stat": "Sum", "dimensions": {"FunctionName": "invoices"}}
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=1,
        alarm_actions=[topic.arn],
        metric_queries=[
            {"id": "rate", "expression": "errors / runs * 100", "return_data": True},
            {"id": "errors", "metric": {**counted, "metric_name": "Errors"}, "return_data": True},
            {"id": "runs", "metric": {**counted, "metric_name": "Invocations"}},
        ],
    )
    ```

    ## Use instead
    ```python
    counted = {"namespace": "AWS/Lambda", "period": 60, "stat": "Sum", "dimensions": {"FunctionName": "invoices"}}
    topic = aws.sns.Topic("operators")
    aws.cloudwatch.MetricAlarm(
        "invoices-error-rate",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=2,
        threshold=1,
        alarm_actions=[topic.arn],
        metric_queries=[
            {"id": "rate", "expression": "errors / runs * 100", "return_data": True},
            {"id": "errors", "metric": {**counted, "metric_name": "Errors"}},
            {"id": "runs", "metric": {**counted, "metric_name": "Invocations"}},
        ],
    )
    ```
    """
    alarm = Alarm(node)
    returning = [query for query in alarm.queries if query.returns_data]
    # An alarm on a band returns the metric and the band.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html
    if alarm.queries and len(returning) != 1 and node.given("thresholdMetricId") is None:
        ids = " and ".join(repr(query.id) for query in returning)
        yield node.problem(
            f"{alarm.says} has {len(alarm.queries)} metric queries, of which {ids or 'none'} "
            f"{'return' if len(returning) > 1 else 'returns'} data; exactly one must",
            fix="return_data=True on the query that the alarm watches, and on no other",
            at=f"{returning[1].path}.returnData" if returning else "metricQueries",
        )
    seen: set[str] = set()
    for query in alarm.queries:
        if query.id in seen:
            yield node.problem(
                f"{alarm.says} has two metric queries with the id {query.id!r}",
                fix="Give each query an id of its own.",
                at=f"{query.path}.id",
            )
        seen.add(query.id)
        if bool(query.expression) == (query.metric is not None):
            has = "an expression and a metric" if query.metric else "neither an expression nor a metric"
            yield node.problem(
                f"{alarm.says} has a metric query {query.id!r} with {has}; it must have one of the two",
                fix="Put the metric into a query of its own, and name its id in the expression.",
                at=query.path,
            )


def _wrong(query: Query, ids: set[str]) -> tuple[str, str] | None:
    """What is wrong with an expression, and what to write."""
    try:
        term = parse(query.expression)
    except MathError as error:
        return str(error), "Write metric math, for example IF(runs > 0, errors / runs * 100, 0)."
    for part in parts(term):
        match part:
            case Id() if part.name not in ids:
                known = ", ".join(sorted(ids - {query.id}))
                return f"no metric query of this alarm has the id {part.name!r}", f"Name one of: {known or 'none'}."
            case Id() if part.name == query.id:
                return "it names itself", "Name the ids of other metric queries."
            case Call() if part.name in language().not_in_alarms:
                return f"an alarm may not use {part.name}()", "Name each metric in a query of its own."
            case Call() if part.name and part.name.upper() not in language().functions:
                return f"metric math has no function {part.name}()", "Use a function that metric math has."
            case _:
                continue
    return None


def _suggested(name: str) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return cleaned[:1].lower() + cleaned[1:] if cleaned[:1].isalpha() else f"m{cleaned}"
