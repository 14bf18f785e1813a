"""The operators and functions of metric math, on scalars and series.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from stackwright.emulator.launcher.alarms.series import Number, Series, across, combine

Value = float | str | Series | list[float | Series]


class MathError(ValueError):
    """An expression that cannot be evaluated here; the message says which part."""


def _divide(a: float, b: float) -> Number:
    return a / b if b else None


_OPERATORS: dict[str, Callable[[float, float], Number]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "^": lambda a, b: a**b,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "AND": lambda a, b: float(bool(a) and bool(b)),
    "OR": lambda a, b: float(bool(a) or bool(b)),
}


def operate(operator: str, left: Value, right: Value) -> Value:
    """A scalar or a series on either side; a list of series is combined series by series."""
    function = _OPERATORS[operator]
    if isinstance(left, list):
        return [_single(operate(operator, item, right)) for item in left]
    if isinstance(right, list):
        return [_single(operate(operator, left, item)) for item in right]
    if isinstance(left, Series):
        return combine(function, left, _as_series(right, left))
    if isinstance(right, Series):
        return combine(function, _as_series(left, right), right)
    result = function(_scalar(left), _scalar(right))
    if result is None:
        raise MathError("division of a number by zero")
    return result


def _single(value: Value) -> float | Series:
    if isinstance(value, str | list):
        raise MathError("a list or a word where a number or a metric is expected")
    return value


def _scalar(value: Value) -> float:
    if not isinstance(value, float):
        raise MathError(f"{value!r} where a number is expected")
    return value


def _series(value: Value) -> Series:
    if not isinstance(value, Series):
        raise MathError(f"{value!r} where a metric is expected")
    return value


def _as_series(value: Value, like: Series) -> Series:
    return value if isinstance(value, Series) else Series((_scalar(value),) * len(like.values), like.period)


def _aggregate(function: Callable[[Sequence[float]], float]) -> Callable[[list[Value]], Value]:
    """Over time for one series, which gives a number; across for a list of series, which gives a series."""

    def apply(arguments: list[Value]) -> Value:
        (value,) = _count(arguments, 1, 1)
        if isinstance(value, list):
            many = [item for item in value if isinstance(item, Series)]
            if not many:
                return function([_scalar(item) for item in value])
            return across(function, many)
        present = _series(value).present
        return function(present) if present else _series(value)

    return apply


def _each(function: Callable[[float], float]) -> Callable[[list[Value]], Value]:
    def apply(arguments: list[Value]) -> Value:
        (value,) = _count(arguments, 1, 1)
        return value.map(function) if isinstance(value, Series) else function(_scalar(value))

    return apply


def _if(arguments: list[Value]) -> Value:
    """IF(condition, then[, else]): where the condition has no data the result is the else branch."""
    condition, then, *rest = _count(arguments, 2, 3)
    otherwise = rest[0] if rest else None
    if not isinstance(condition, Series):
        chosen = then if _scalar(condition) else otherwise
        if chosen is None:
            raise MathError("IF() of a number that is zero needs a third argument")
        return chosen
    yes = _as_series(then, condition)
    no = _as_series(otherwise, condition) if otherwise is not None else Series((None,) * len(yes.values), yes.period)
    rows = zip(condition.values, yes.values, no.values, strict=True)
    return Series(tuple(a if test else b for test, a, b in rows), condition.period)


def _fill(arguments: list[Value]) -> Value:
    series, filler = _count(arguments, 2, 2)
    if isinstance(series, list):
        return [_single(_fill([item, filler])) for item in series]
    series = _series(series)
    if isinstance(filler, str):
        if filler != "REPEAT":
            raise MathError(f"FILL(…, {filler}) is not supported by the local evaluation of alarms")
        return Series(_repeated(series.values), series.period)
    other = _as_series(filler, series)
    rows = zip(series.values, other.values, strict=True)
    return Series(tuple(b if a is None else a for a, b in rows), series.period)


def _repeated(values: tuple[Number, ...]) -> tuple[Number, ...]:
    filled: list[Number] = []
    last: Number = None
    for value in reversed(values):  # they are newest first
        last = last if value is None else value
        filled.append(last)
    return tuple(reversed(filled))


def _difference(arguments: list[Value]) -> Value:
    (value,) = _count(arguments, 1, 1)
    series = _series(value)
    older = Series((*series.values[1:], None), series.period)
    return combine(lambda a, b: a - b, series, older)


def _rate(arguments: list[Value]) -> Value:
    (value,) = _count(arguments, 1, 1)
    return operate("/", _difference(arguments), _series(value).period)


def _count(arguments: list[Value], least: int, most: int) -> list[Value]:
    if not least <= len(arguments) <= most:
        raise MathError(f"{len(arguments)} arguments where {least} to {most} are expected")
    return arguments


FUNCTIONS: dict[str, Callable[[list[Value]], Value]] = {
    "SUM": _aggregate(math.fsum),
    "AVG": _aggregate(statistics.fmean),
    "MIN": _aggregate(min),
    "MAX": _aggregate(max),
    "ABS": _each(abs),
    "CEIL": _each(lambda value: float(math.ceil(value))),
    "FLOOR": _each(lambda value: float(math.floor(value))),
    "IF": _if,
    "FILL": _fill,
    "DIFF": _difference,
    "RATE": _rate,
    "PERIOD": lambda arguments: _series(_count(arguments, 1, 1)[0]).period,
}
