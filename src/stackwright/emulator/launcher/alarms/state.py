"""The state an alarm's data add up to.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Literal

from stackwright.emulator.launcher.alarms.series import Number

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

# CloudWatch looks at some periods more than the alarm asks for, to make up for missing ones.
EXTRA_PERIODS = 2

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def breaches(comparison: str, value: float, threshold: float) -> bool:
    """Whether the value breaches.

    Raises:
        ValueError: a comparison that only anomaly detection has.
    """
    if comparison not in _COMPARISONS:
        raise ValueError(f"{comparison} needs anomaly detection, which is not evaluated locally")
    return _COMPARISONS[comparison](value, threshold)


def next_state(
    values: Sequence[Number],
    breaching: Callable[[float], bool],
    *,
    periods: int,
    to_alarm: int,
    missing: str,
    current: State,
) -> State:
    """The state after an evaluation.

    Args:
        values: newest first, of ``periods + EXTRA_PERIODS`` periods, None where data are missing.
        breaching: whether a value breaches the threshold.
        periods: EvaluationPeriods.
        to_alarm: DatapointsToAlarm.
        missing: TreatMissingData.
        current: the state now, which ``ignore`` keeps.
    """
    present = [value for value in values if value is not None][:periods]
    absent = periods - len(present)
    bad = sum(breaching(value) for value in present)
    if bad >= to_alarm:
        return "ALARM"
    if absent == 0 or missing == "notBreaching":
        return "OK"
    if missing == "breaching":
        return "ALARM" if bad + absent >= to_alarm else "OK"
    if bad < len(present):
        return "OK"
    if missing == "ignore":
        return current
    return "ALARM" if present else "INSUFFICIENT_DATA"
