"""Metric alarms are evaluated as CloudWatch does, all the time.

AWS: an alarm watches one metric with exactly its dimensions, or a metric math expression, over several periods;
missing data count as configured; it goes back to OK by itself; a change of state publishes to SNS, if the topic's
policy and key allow it, and to EventBridge.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
MiniStack: alarms are evaluated when metrics are put, without dimensions, periods or missing data; math never is.
Here: an evaluation of our own, after each PutMetricData and on a timer. Periods slide with the clock rather than begin
at full minutes, so that a state does not wait for a minute to end. Queue metrics are published by the same timer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from stackwright.emulator.launcher.alarms.evaluator import evaluate_alarm
from stackwright.emulator.launcher.alarms.series import Series
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
_QUEUE_METRIC_SECONDS = 15.0


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require(
        "ministack.services.cloudwatch",
        "_alarms _calc_stats _dims_key _dispatch_alarm_actions _evaluate_parent_alarms _metrics "
        "_record_history _stat_value record_metric",
    )
    patcher.require("ministack.services.sqs", "_queues")
    patcher.require("ministack.services.sns", "_topic_by_arn_any_scope")
    patcher.require("ministack.core.responses", "AccountRegionScopedDict._data request_scope")

    def patch(cloudwatch: Any) -> None:
        evaluation = _Evaluation(cloudwatch, patcher, shared)
        evaluation.install()
        shared.every_tick(evaluation.evaluate_all)

    patcher.on_import("ministack.services.cloudwatch", patch)
    patcher.on_import(
        "ministack.services.sqs", lambda sqs: shared.every_tick(_QueueMetrics(sqs, patcher, shared).publish)
    )


class _Evaluation:
    def __init__(self, cloudwatch: Any, patcher: Patcher, shared: SharedState) -> None:
        self._cloudwatch = cloudwatch
        self._patcher = patcher
        self._shared = shared
        self._lock = threading.Lock()

    def install(self) -> None:
        replace = self._patcher.replace
        replace(self._cloudwatch, "_evaluate_alarm", self.evaluate, parameters="alarm")
        self._put = replace(
            self._cloudwatch, "_put_metric_alarm", self._put_alarm, parameters="params cbor_data is_cbor is_json"
        )
        self._act = replace(
            self._cloudwatch, "_dispatch_alarm_actions", self._notify, parameters="alarm old_state new_state reason"
        )

    def evaluate_all(self) -> None:
        """Every alarm of every account and region."""
        scope = self._patcher.module("ministack.core.responses").request_scope
        for (account, region, _), alarm in list(self._cloudwatch._alarms._data.items()):
            with scope(account, region):
                self.evaluate(alarm)

    def evaluate(self, alarm: dict[str, Any]) -> None:
        """Bring one alarm up to date and act on a change."""
        with self._lock:
            old = alarm["StateValue"]
            try:
                new, reason = evaluate_alarm(alarm, self._series)
            except ValueError as error:
                new, reason = "INSUFFICIENT_DATA", f"Not evaluated: {error}."
                if alarm["StateReason"] != reason:
                    self._shared.log(f"alarm {alarm['AlarmName']}: {reason}")
                alarm["StateReason"] = reason
            if new == old:
                return
            alarm["StateValue"] = new
            alarm["StateReason"] = reason
            alarm["StateUpdatedTimestamp"] = int(time.time())
        self._cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
        self._cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
        self._cloudwatch._evaluate_parent_alarms(alarm)

    def _series(
        self, namespace: str, name: str, dimensions: Mapping[str, str], statistic: str, period: float, count: int
    ) -> Series:
        cloudwatch = self._cloudwatch
        seconds = period * self._shared.options.alarm_time_scale
        points = list(cloudwatch._metrics.get((namespace, name, cloudwatch._dims_key(dict(dimensions)))) or ())
        now = time.time()
        values: list[float | None] = []
        for index in range(count):
            end = now - index * seconds
            inside = [point for point in points if end - seconds < point["Timestamp"] <= end + (index == 0)]
            stats = cloudwatch._calc_stats(inside)
            values.append(cloudwatch._stat_value(stats, statistic, inside) if stats else None)
        return Series(tuple(values), period)

    def _put_alarm(self, params: Any, cbor_data: Mapping[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        """MiniStack drops the metric math of an alarm."""
        response = self._put(params, cbor_data, is_cbor, is_json)
        alarm = self._cloudwatch._alarms.get(cbor_data.get("AlarmName", "")) if cbor_data else None
        if response[0] < 300 and alarm is not None and cbor_data.get("Metrics"):
            alarm["Metrics"] = cbor_data["Metrics"]
            for absent in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period"):
                alarm.pop(absent, None)
            self.evaluate(alarm)
        return response

    def _notify(self, alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
        permitted = {
            field: [action for action in alarm.get(field) or () if self._may_publish(alarm, action)]
            for field in ("AlarmActions", "OKActions", "InsufficientDataActions")
        }
        self._act({**alarm, **permitted}, old_state, new_state, reason)
        bus = f"arn:aws:events:{alarm['AlarmArn'].split(':')[3]}:{alarm['AlarmArn'].split(':')[4]}:event-bus/default"
        detail = {
            "alarmName": alarm["AlarmName"],
            "state": {"value": new_state, "reason": reason},
            "previousState": {"value": old_state},
        }
        self._shared.delivery.put_event(
            bus, "aws.cloudwatch", "CloudWatch Alarm State Change", detail, [alarm["AlarmArn"]]
        )

    def _may_publish(self, alarm: Mapping[str, Any], action: str) -> bool:
        if not action.startswith("arn:aws:sns:"):
            return True
        topic = self._patcher.module("ministack.services.sns")._topic_by_arn_any_scope(action)
        return (
            topic is not None
            and self._shared.authorizer.service_may(
                "cloudwatch.amazonaws.com",
                "sns:Publish",
                action,
                topic["attributes"].get("Policy", ""),
                source_arn=alarm["AlarmArn"],
                source_account=alarm["AlarmArn"].split(":")[4],
            )
            and self._shared.keys.service_may_send("cloudwatch.amazonaws.com", action, alarm["AlarmArn"])
        )


class _QueueMetrics:
    """Depth and age of every queue, when they change and every few seconds."""

    def __init__(self, sqs: Any, patcher: Patcher, shared: SharedState) -> None:
        self._sqs = sqs
        self._patcher = patcher
        self._published: dict[str, tuple[float, tuple[int, int]]] = {}
        self._interval = _QUEUE_METRIC_SECONDS * shared.options.alarm_time_scale

    def publish(self) -> None:
        """Publish for every queue of every account and region what has changed."""
        scope = self._patcher.module("ministack.core.responses").request_scope
        now = time.time()
        for (account, region, url), queue in list(self._sqs._queues._data.items()):
            messages = list(queue["messages"])
            visible = sum(message["visible_at"] <= now for message in messages)
            oldest = int(max((now - message["sent_at"] for message in messages), default=0))
            at, values = self._published.get(url, (0.0, (-1, -1)))
            if values[0] == visible and now - at < self._interval:
                continue
            self._published[url] = (now, (visible, oldest))
            dimensions = {"QueueName": queue["attributes"]["QueueArn"].rpartition(":")[2]}
            with scope(account, region):
                cloudwatch = self._patcher.module("ministack.services.cloudwatch")
                for name, value, unit in (
                    ("ApproximateNumberOfMessagesVisible", visible, "Count"),
                    ("ApproximateNumberOfMessagesNotVisible", len(messages) - visible, "Count"),
                    ("ApproximateAgeOfOldestMessage", oldest, "Seconds"),
                ):
                    cloudwatch.record_metric("AWS/SQS", name, value, unit, dimensions)
