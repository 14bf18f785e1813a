"""From an alarm's definition and a source of data to its next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.alarms.expression import evaluate
from stackwright.emulator.launcher.alarms.functions import MathError, Value
from stackwright.emulator.launcher.alarms.series import Series
from stackwright.emulator.launcher.alarms.state import EXTRA_PERIODS, State, breaches, next_state

# (namespace, metric name, dimensions, statistic, period in seconds, number of periods) -> newest first
Source = Callable[[str, str, Mapping[str, str], str, float, int], Series]


def evaluate_alarm(alarm: Mapping[str, Any], source: Source) -> tuple[State, str]:
    """(state, reason) of a metric alarm as DescribeAlarms shows it.

    Raises:
        MathError: its metric math is wrong or not supported here.
        ValueError: it needs anomaly detection.
    """
    periods = int(alarm.get("EvaluationPeriods") or 1)
    series = _alarm_series(alarm, source, periods + EXTRA_PERIODS)
    threshold = float(alarm.get("Threshold") or 0)
    comparison = str(alarm.get("ComparisonOperator"))
    state = next_state(
        series.values,
        lambda value: breaches(comparison, value, threshold),
        periods=periods,
        to_alarm=int(alarm.get("DatapointsToAlarm") or periods),
        missing=str(alarm.get("TreatMissingData") or "missing"),
        current=alarm["StateValue"],
    )
    present = series.present[:periods]
    if not present:
        return state, f"No datapoints in {periods} periods; missing data are {alarm.get('TreatMissingData')}."
    shown = ", ".join(f"{value:g}" for value in present)
    return state, f"Threshold Crossed: {len(present)} datapoints [{shown}] against {comparison} {threshold:g}."


def _alarm_series(alarm: Mapping[str, Any], source: Source, count: int) -> Series:
    queries = alarm.get("Metrics")
    if queries:
        return _Queries(queries, source, count).result()
    return source(
        str(alarm["Namespace"]),
        str(alarm["MetricName"]),
        _dimensions(alarm.get("Dimensions") or ()),
        str(alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"),
        float(alarm.get("Period") or 60),
        count,
    )


class _Queries:
    """The metric data queries of one alarm; ids refer to one another."""

    def __init__(self, queries: Sequence[Mapping[str, Any]], source: Source, count: int) -> None:
        self._queries = {str(query["Id"]): query for query in queries}
        self._source = source
        self._count = count
        self._values: dict[str, Value] = {}
        self._open: set[str] = set()

    def result(self) -> Series:
        returning = [key for key, query in self._queries.items() if query.get("ReturnData", True)]
        if len(returning) != 1:
            raise MathError(f"an alarm needs exactly one query with ReturnData, this one has {len(returning)}")
        value = self._resolve(returning[0])
        if isinstance(value, float):
            return Series((value,) * self._count, 60.0)
        if not isinstance(value, Series):
            raise MathError(f"{returning[0]} is not a single time series")
        return value

    def _resolve(self, key: str) -> Value:
        if key not in self._queries:
            raise MathError(f"unknown id {key!r}")
        if key not in self._values:
            if key in self._open:
                raise MathError(f"{key} refers to itself")
            self._open.add(key)
            query = self._queries[key]
            self._values[key] = (
                evaluate(str(query["Expression"]), self._resolve, self._metrics())
                if query.get("Expression")
                else self._fetch(query)
            )
        return self._values[key]

    def _metrics(self) -> dict[str, Value]:
        return {key: self._resolve(key) for key, query in self._queries.items() if not query.get("Expression")}

    def _fetch(self, query: Mapping[str, Any]) -> Series:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        return self._source(
            str(metric["Namespace"]),
            str(metric["MetricName"]),
            _dimensions(metric.get("Dimensions") or ()),
            str(stat["Stat"]),
            float(stat["Period"]),
            self._count,
        )


def _dimensions(listed: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {entry["Name"]: entry["Value"] for entry in listed}
