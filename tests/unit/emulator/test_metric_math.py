"""Metric math, and the states that data add up to."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.emulator.launcher.alarms.evaluator import evaluate_alarm
from stackwright.emulator.launcher.alarms.expression import evaluate
from stackwright.emulator.launcher.alarms.functions import MathError, Value
from stackwright.emulator.launcher.alarms.series import Series
from stackwright.emulator.launcher.alarms.state import next_state

METRICS: dict[str, Value] = {
    "errors": Series((2.0, None, 0.0), 60.0),
    "calls": Series((4.0, 5.0, 0.0), 60.0),
}


def resolve(name: str) -> Value:
    if name not in METRICS:
        raise MathError(f"unknown id {name!r}")
    return METRICS[name]


def values(expression: str) -> Any:
    result = evaluate(expression, resolve, METRICS)
    return list(result.values) if isinstance(result, Series) else result


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3 - -1", 10.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("100 * errors / calls", [50.0, None, None]),
        ("errors/100", [0.02, None, 0.0]),
        ("errors + calls", [6.0, None, 0.0]),
        ("errors > 1", [1.0, None, 0.0]),
        ("IF(calls > 0, 100 * errors / calls, 0)", [50.0, None, 0.0]),
        ("IF(errors > 0, 1)", [1.0, None, None]),
        ("IF(calls >= 5 AND calls < 9, 1, 0)", [0.0, 1.0, 0.0]),
        ("IF(calls == 4 || calls == 0, 1, 0)", [1.0, 0.0, 1.0]),
        ("FILL(errors, 0)", [2.0, 0.0, 0.0]),
        ("FILL(errors, REPEAT)", [2.0, 0.0, 0.0]),
        ("FILL(errors, calls)", [2.0, 5.0, 0.0]),
        ("100 * FILL(errors, 0) / calls", [50.0, 0.0, None]),
        ("SUM(errors)", 2.0),
        ("AVG(calls)", 3.0),
        ("SUM([errors, calls])", [6.0, 5.0, 0.0]),
        ("SUM(METRICS())", [6.0, 5.0, 0.0]),
        ("MAX(METRICS('err'))", [2.0, None, 0.0]),
        ("MIN([errors, 1.5 * calls])", [2.0, 7.5, 0.0]),
        ("ABS(errors - calls)", [2.0, None, 0.0]),
        ("RATE(calls)", [-1 / 60, 5 / 60, None]),
        ("PERIOD(calls)", 60.0),
    ],
)
def test_expressions(expression: str, expected: Any) -> None:
    assert values(expression) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("errors ? 1 : 0", "cannot read"),
        ("errors +", "the end"),
        ("(errors", "the end"),
        ("errors calls", "'calls'"),
        ("unknown / 2", "unknown id 'unknown'"),
        ("ANOMALY_DETECTION_BAND(errors)", "ANOMALY_DETECTION_BAND"),
        ("FILL(errors, LINEAR)", "LINEAR"),
        ("IF(errors)", "arguments"),
        ("1 / 0", "zero"),
    ],
)
def test_what_is_wrong_or_unsupported_is_named(expression: str, message: str) -> None:
    with pytest.raises(MathError, match=message.replace("?", r"\?")):
        values(expression)


# The two tables of "Configuring how CloudWatch alarms treat missing data", 0 for OK and 1 for breaching; the last
# column of each row is now: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
N = None
KEEP = "kept"


@pytest.mark.parametrize(
    ("oldest_first", "to_alarm", "missing", "ignore", "breaching", "not_breaching"),
    [
        ((0, N, 1, N, 1), 3, "OK", "OK", "OK", "OK"),
        ((N, N, N, N, 0), 3, "OK", "OK", "OK", "OK"),
        ((N, N, N, N, N), 3, "INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
        ((0, 1, 1, N, 1), 3, "ALARM", "ALARM", "ALARM", "ALARM"),
        ((N, N, 1, N, N), 3, "ALARM", KEEP, "ALARM", "OK"),
        ((0, N, 1, N, 1), 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ((0, 0, 1, 0, 1), 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ((0, N, 1, N, N), 2, "OK", "OK", "ALARM", "OK"),
        ((N, N, N, N, 0), 2, "OK", "OK", "ALARM", "OK"),
        ((N, N, N, N, 1), 2, "ALARM", KEEP, "ALARM", "OK"),
    ],
)
def test_missing_data_as_documented(
    oldest_first: tuple[float | None, ...],
    to_alarm: int,
    missing: str,
    ignore: str,
    breaching: str,
    not_breaching: str,
) -> None:
    expected = {"missing": missing, "ignore": ignore, "breaching": breaching, "notBreaching": not_breaching}
    for treatment, state in expected.items():
        for current in ("OK", "ALARM"):
            found = next_state(
                oldest_first[::-1],
                lambda value: value > 0,
                periods=3,
                to_alarm=to_alarm,
                missing=treatment,
                current=current,
            )
            assert found == (current if state == KEEP else state), treatment


def alarm(**settings: Any) -> dict[str, Any]:
    return {
        "StateValue": "OK",
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **settings,
    }


def stat(name: str) -> dict[str, Any]:
    return {"Metric": {"Namespace": "N", "MetricName": name}, "Period": 60, "Stat": "Sum"}


def test_an_alarm_on_an_expression() -> None:
    data = {"Errors": (1.0, 0.0, 0.0), "Invocations": (10.0, 0.0, 3.0)}
    queries = [
        {"Id": "rate", "Expression": "IF(calls > 0, 100 * errors / calls, 0)", "ReturnData": True},
        {"Id": "errors", "MetricStat": stat("Errors"), "ReturnData": False},
        {"Id": "calls", "MetricStat": stat("Invocations"), "ReturnData": False},
    ]
    state, reason = evaluate_alarm(
        alarm(Metrics=queries), lambda _n, name, _d, _s, period, _c: Series(data[name], period)
    )
    assert state == "ALARM"
    assert "[10]" in reason


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ([{"Id": "a", "Expression": "b", "ReturnData": True}, {"Id": "b", "Expression": "a"}], "ReturnData"),
        (
            [{"Id": "a", "Expression": "b"}, {"Id": "b", "Expression": "a", "ReturnData": False}],
            "refers to itself",
        ),
        ([{"Id": "a", "Expression": "c"}], "unknown id 'c'"),
    ],
)
def test_queries_that_make_no_alarm(queries: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(MathError, match=message):
        evaluate_alarm(alarm(Metrics=queries), lambda *_: Series((), 60.0))


def test_anomaly_detection_is_refused() -> None:
    broken = alarm(Namespace="N", MetricName="M", ComparisonOperator="GreaterThanUpperThreshold")
    with pytest.raises(ValueError, match="anomaly detection"):
        evaluate_alarm(broken, lambda *_: Series((1.0, None, None), 60.0))
