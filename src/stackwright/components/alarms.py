"""CloudWatch alarms of a system, announced on one topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from . import names
from .component import Component, Transform
from .errors import ComponentError
from .function import Function
from .metrics import Metric, of_api, of_function, of_queue, of_rule, of_table, of_workflow
from .queue import Queue
from .replication import Replication
from .rest_api import RestApi
from .rule import Rule
from .table import Table
from .topic import Topic
from .workflow import Workflow


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmThresholds:
    """Values above which there is an alarm.

    Failed executions, undelivered events and failed events in a queue have no threshold: one of them is an alarm.

    Args:
        error_rate_percent: share of failed runs or 5XX answers, two periods in a row.
        client_error_rate_percent: share of 4XX answers, two periods in a row.
        throttles: throttled runs of a function in a period.
        duration_percent: a function's longest run in a period, as a share of its timeout.
        replication_lag_seconds: age of the oldest change that a copy has not got yet.
        concurrency_percent: a function's most runs at once, as a share of its reserved concurrency.
    """

    error_rate_percent: float = 1
    client_error_rate_percent: float = 20
    throttles: int = 10
    duration_percent: float = 80
    replication_lag_seconds: float = 300
    concurrency_percent: float = 80


class Alarms(Component):
    """All alarms of a system. Missing data is no alarm, as functions that are not called report none.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html

    Args:
        topic: where alarms are announced.
        functions: error rate, throttles, duration, concurrency where it is reserved, and the queues of failed events.
        apis: rates of 4XX and 5XX answers.
        workflows: executions that failed or timed out.
        tables: throttled reads and writes of the table, and of each of its indexes.
        rules: events that were not delivered, and those that did not even reach the dead-letter queue, which is watched
            as well.
        replications: how far each copy is behind, and the queue of what was given up; its function is one of
            `functions`.
        queues: more queues that should be empty.
        period_seconds: length of a period: 60 or a multiple of it.
        thresholds: above which values there is an alarm.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the period is no multiple of 60.
    """

    def __init__(
        self,
        name: str,
        *,
        topic: Topic,
        functions: Sequence[Function] = (),
        apis: Sequence[RestApi] = (),
        workflows: Sequence[Workflow] = (),
        tables: Sequence[Table] = (),
        rules: Sequence[Rule] = (),
        replications: Sequence[Replication] = (),
        queues: Sequence[Queue] = (),
        period_seconds: int = 300,
        thresholds: AlarmThresholds = AlarmThresholds(),
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if period_seconds < 60 or period_seconds % 60:
            raise ComponentError(f"{name}: period_seconds is {period_seconds}", fix="use 60 or a multiple of it")
        super().__init__("Alarms", name, transform=transform, opts=opts)

        self._period = period_seconds
        self._thresholds = thresholds
        self._topic = topic
        self._topic.accept_alarms()
        for function in functions:
            self._watch_function(function)
        for rule in rules:
            self._watch_rule(rule)
        for replication in replications:
            self._watch_replication(replication)
        for queue in queues:
            self._watch_queue(queue)
        for api in apis:
            self._watch_api(api)
        for workflow in workflows:
            self._threshold(workflow.label, "failed", of_workflow(workflow, "ExecutionsFailed"), 0)
            self._threshold(workflow.label, "timed-out", of_workflow(workflow, "ExecutionsTimedOut"), 0)
        for table in tables:
            self._watch_table(table)
        self.finish()

    def _watch_function(self, function: Function) -> None:
        label, above = function.label, self._thresholds
        errors, runs = of_function(function, "Errors"), of_function(function, "Invocations")
        self._rate(label, "error-rate", errors, runs, above.error_rate_percent)
        self._threshold(label, "throttles", of_function(function, "Throttles"), above.throttles)
        limit = function.timeout_seconds * 1000 * above.duration_percent / 100
        self._threshold(label, "duration", of_function(function, "Duration", "Maximum"), limit)
        if function.reserved_concurrency:
            most = function.reserved_concurrency * above.concurrency_percent / 100
            self._threshold(label, "concurrency", of_function(function, "ConcurrentExecutions", "Maximum"), most)
        self._watch_queue(function.dead_letters)
        if function.failures is not None:
            self._watch_queue(function.failures)

    def _watch_api(self, api: RestApi) -> None:
        label, above, requests = api.label, self._thresholds, of_api(api, "Count")
        self._rate(label, "4xx-rate", of_api(api, "4XXError"), requests, above.client_error_rate_percent)
        self._rate(label, "5xx-rate", of_api(api, "5XXError"), requests, above.error_rate_percent)

    def _watch_queue(self, queue: Queue) -> None:
        self._threshold(queue.label, "not-empty", of_queue(queue), 0)

    def _watch_rule(self, rule: Rule) -> None:
        self._threshold(rule.label, "failed", of_rule(rule, "FailedInvocations"), 0)
        # The event is lost, and the queue stays empty: for want of a permission of the queue or its key.
        self._threshold(rule.label, "lost", of_rule(rule, "InvocationsFailedToBeSentToDlq"), 0)
        self._watch_queue(rule.dead_letters)

    def _watch_replication(self, replication: Replication) -> None:
        age = of_function(replication.function, "IteratorAge", "Maximum")
        self._threshold(replication.label, "lag", age, self._thresholds.replication_lag_seconds * 1000)
        self._watch_queue(replication.failures)

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
