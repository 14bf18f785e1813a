"""The highest values that what an alarm watches can have."""

from __future__ import annotations

from collections.abc import Callable

from stackwright.rules.alarms.metric_math import Call, Id, Number, Operation, Term
from stackwright.rules.alarms.queries import Metric
from stackwright.rules.alarms.services import services

_OVER_TIME = ("AVG", "MIN", "MAX", "FIRST", "LAST", "FILL", "REMOVE_EMPTY", "SORT", "SLICE")
_COUNTING = ("Sum", "SampleCount")


def is_failure(metric: Metric) -> bool:
    """Whether the metric counts failures."""
    service = services().get(metric.namespace)
    return service is not None and metric.name in service.failures


def is_share(metric: Metric) -> bool:
    """Whether its statistic is the share of failures, between 0 and 1."""
    service = services().get(metric.namespace)
    if service is None or metric.statistic not in ("Average", "Maximum", "Minimum"):
        return False
    return metric.name in service.zero_or_one or metric.name in service.always_one


def is_part(part: Metric, whole: Metric) -> bool:
    """Whether one metric counts some of what the other one counts."""
    service = services().get(part.namespace)
    if service is None or part.namespace != whole.namespace or service.failures.get(part.name) != whole.name:
        return False
    return part.statistic in _COUNTING and whole.statistic in _COUNTING and part.dimensions == whole.dimensions


def highest(term: Term, metric: Callable[[str], Metric | None]) -> float | None:
    """An upper bound; None when there is none, or nobody knows."""
    match term:
        case Number():
            return term.value
        case Id():
            found = metric(term.name)
            return 1 if found is not None and is_share(found) else None
        case Operation():
            return _operation(term, metric)
        case Call() if term.name == "IF" and len(term.arguments) in (2, 3):
            return _all([highest(a, metric) for a in term.arguments[1:]])
        case Call() if not term.name or term.name in _OVER_TIME:
            return _all([highest(a, metric) for a in term.arguments])
        case _:
            return None


def _operation(term: Operation, metric: Callable[[str], Metric | None]) -> float | None:
    if term.operator in ("<", "<=", ">", ">=", "==", "!=", "AND", "OR", "&&", "||"):
        return 1
    if term.operator == "/" and _is_quotient_of_part(term, metric):
        return 1
    left, right = highest(term.left, metric), highest(term.right, metric)
    match term.operator:
        case "*" if left is not None and right is not None and left >= 0 and right >= 0:
            return left * right
        case "+" if left is not None and right is not None:
            return left + right
        case "/" if left is not None and isinstance(term.right, Number) and term.right.value > 0:
            return left / term.right.value
        # `0 + x` is how a sign is read, and a metric is never negative.
        case "-" if left is not None and isinstance(term.right, (Id, Number)):
            return left
        # x * 100 / y, with x a part of y
        case _:
            return None


def _is_quotient_of_part(term: Operation, metric: Callable[[str], Metric | None]) -> bool:
    part = metric(term.left.name) if isinstance(term.left, Id) else None
    if part is None:
        return False
    below: tuple[Term, ...] = (term.right,)
    if isinstance(term.right, Call) and term.right.name in ("MAX", "FILL"):
        # MAX([errors, runs]) keeps from dividing by zero, and FILL(runs, 1) as well.
        first = term.right.arguments[0] if term.right.arguments else term.right
        below = first.arguments if isinstance(first, Call) and not first.name else term.right.arguments
    wholes = [metric(t.name) for t in below if isinstance(t, Id)]
    return any(whole is not None and is_part(part, whole) for whole in wholes)


def _all(bounds: list[float | None]) -> float | None:
    known = [bound for bound in bounds if bound is not None]
    return max(known) if known and len(known) == len(bounds) else None
