"""Alarms for all that can go wrong unseen, to one topic that CloudWatch may publish to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired

import pulumi
from pulumi_aws import cloudwatch

from . import names
from .component import Component, ComponentArgs
from .errors import ComponentError
from .function import Function
from .metrics import Metric, of_api, of_function, of_queue, of_rule, of_table, of_workflow
from .queue import Queue
from .rest_api import RestApi
from .rule import Rule
from .table import Table
from .topic import Topic
from .workflow import Workflow


class AlarmsArgs(ComponentArgs):
    """Arguments of Alarms. The dead-letter and failure queues of functions and rules are watched along with them."""

    topic: Topic
    """Where alarms are announced."""
    functions: NotRequired[Sequence[Function]]
    """Error rate, throttles, duration, concurrency where it is reserved, and the queues of failed events."""
    apis: NotRequired[Sequence[RestApi]]
    """Rates of 4XX and 5XX answers."""
    workflows: NotRequired[Sequence[Workflow]]
    """Executions that failed or timed out."""
    tables: NotRequired[Sequence[Table]]
    """Throttled reads and writes of the table, and of each of its indexes."""
    rules: NotRequired[Sequence[Rule]]
    """Events that were not delivered, and those that did not even reach the dead-letter queue."""
    queues: NotRequired[Sequence[Queue]]
    """More queues that should be empty."""
    period_seconds: NotRequired[int]
    """Length of a period: 60 or a multiple of it; default 300."""
    error_rate_percent: NotRequired[float]
    """Share of failed runs or 5XX answers above which it is an alarm, two periods in a row; default 1."""
    client_error_rate_percent: NotRequired[float]
    """Share of 4XX answers above which it is an alarm, two periods in a row; default 20."""
    throttles: NotRequired[int]
    """Throttled runs in a period above which it is an alarm; default 10."""
    duration_percent: NotRequired[float]
    """Share of a function's timeout above which its longest run is an alarm; default 80."""
    concurrency_percent: NotRequired[float]
    """Share of a function's reserved concurrency above which its runs at once are an alarm; default 80."""


class Alarms(Component):
    """All alarms of a system. Missing data is no alarm: a function that nobody calls is not broken.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self._period = args.get("period_seconds", 300)
        if self._period < 60 or self._period % 60:
            raise ComponentError(f"{name}: period_seconds is {self._period}", fix="use 60 or a multiple of it")
        super().__init__("Alarms", name, args, opts)

        self._topic = args["topic"]
        self._topic.accept_alarms()
        error_rate = args.get("error_rate_percent", 1)
        for function in args.get("functions", []):
            self._watch_function(function, args, error_rate)
        for rule in args.get("rules", []):
            self._watch_rule(rule)
        for queue in args.get("queues", []):
            self._watch_queue(queue)
        for api in args.get("apis", []):
            client_rate = args.get("client_error_rate_percent", 20)
            self._rate(api.label, "4xx-rate", of_api(api, "4XXError"), of_api(api, "Count"), client_rate)
            self._rate(api.label, "5xx-rate", of_api(api, "5XXError"), of_api(api, "Count"), error_rate)
        for workflow in args.get("workflows", []):
            self._threshold(workflow.label, "failed", of_workflow(workflow, "ExecutionsFailed"), 0)
            self._threshold(workflow.label, "timed-out", of_workflow(workflow, "ExecutionsTimedOut"), 0)
        for table in args.get("tables", []):
            self._watch_table(table)
        self.finish()

    def _watch_function(self, function: Function, args: AlarmsArgs, error_rate: float) -> None:
        label = function.label
        self._rate(
            label, "error-rate", of_function(function, "Errors"), of_function(function, "Invocations"), error_rate
        )
        self._threshold(label, "throttles", of_function(function, "Throttles"), args.get("throttles", 10))
        limit = function.timeout_seconds * 1000 * args.get("duration_percent", 80) / 100
        self._threshold(label, "duration", of_function(function, "Duration", "Maximum"), limit)
        if function.reserved_concurrency:
            most = function.reserved_concurrency * args.get("concurrency_percent", 80) / 100
            self._threshold(label, "concurrency", of_function(function, "ConcurrentExecutions", "Maximum"), most)
        self._watch_queue(function.dead_letters)
        if function.failures is not None:
            self._watch_queue(function.failures)

    def _watch_queue(self, queue: Queue) -> None:
        self._threshold(queue.label, "not-empty", of_queue(queue), 0)

    def _watch_rule(self, rule: Rule) -> None:
        self._threshold(rule.label, "failed", of_rule(rule, "FailedInvocations"), 0)
        # The event is lost, and the queue stays empty: for want of a permission of the queue or its key.
        self._threshold(rule.label, "lost", of_rule(rule, "InvocationsFailedToBeSentToDlq"), 0)
        self._watch_queue(rule.dead_letters)

    def _watch_table(self, table: Table) -> None:
        self._watch_throttles(table, table.label, index=None)
        for index in table.indexes:
            self._watch_throttles(table, f"{table.label}-{index}", index=index)

    def _watch_throttles(self, table: Table, label: str, index: str | None) -> None:
        reads = of_table(table, "ReadThrottleEvents", index=index)
        writes = of_table(table, "WriteThrottleEvents", index=index)
        # Absent data is zero here, or the sum would be absent while one of the two is.
        sum_of_both = "FILL(reads, 0) + FILL(writes, 0)"
        self._math(label, "throttles", sum_of_both, {"reads": reads, "writes": writes}, 0, periods=1)

    def _rate(self, label: str, kind: str, errors: Metric, total: Metric, threshold: float) -> None:
        expression = "IF(total > 0, 100 * errors / total, 0)"
        self._math(label, kind, expression, {"errors": errors, "total": total}, threshold, periods=2)

    def _math(
        self, label: str, kind: str, expression: str, metrics: Mapping[str, Metric], threshold: float, periods: int
    ) -> None:
        result = cloudwatch.MetricAlarmMetricQueryArgs(
            id="result", expression=expression, label=f"{label} {kind}", return_data=True
        )
        queries = [
            cloudwatch.MetricAlarmMetricQueryArgs(
                id=name,
                return_data=False,
                metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=metric.namespace,
                    metric_name=metric.name,
                    dimensions=metric.dimensions,
                    stat=metric.statistic,
                    period=self._period,
                ),
            )
            for name, metric in metrics.items()
        ]
        cloudwatch.MetricAlarm(
            f"{self.label}-{label}-{kind}",
            name=self._physical(label, kind),
            alarm_description=f"{label}: {kind} above {threshold:g} in {periods} x {self._period} s",
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=periods,
            treat_missing_data="notBreaching",
            metric_queries=[result, *queries],
            alarm_actions=[self._topic.arn],
            opts=self._opts(),
        )

    def _threshold(self, label: str, kind: str, metric: Metric, threshold: float) -> None:
        cloudwatch.MetricAlarm(
            f"{self.label}-{label}-{kind}",
            name=self._physical(label, kind),
            alarm_description=f"{label}: {kind}, {metric.name} above {threshold:g} in {self._period} s",
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=metric.dimensions,
            statistic=metric.statistic,
            period=self._period,
            alarm_actions=[self._topic.arn],
            opts=self._opts(),
        )

    def _physical(self, label: str, kind: str) -> str:
        return self.environment.physical_name(f"{label}-{kind}", names.ALARM)

    def _opts(self) -> pulumi.ResourceOptions:
        return self.inside(depends_on=self._topic.policies)
