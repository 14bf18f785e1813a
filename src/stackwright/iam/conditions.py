"""Conditions of statements. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from stackwright.iam.document import Condition
from stackwright.iam.patterns import HOLE, arn_like, matches, quoted, shown
from stackwright.iam.request import Request
from stackwright.iam.truth import Truth, every, negated, some, unsure
from stackwright.iam.variables import substituted

_Test = Callable[[str, str], Truth]


def _equal(value: str, wanted: str) -> Truth:
    if HOLE in value or HOLE in wanted:
        return matches(value, quoted(wanted)) if HOLE not in wanted else unsure(f"whether {shown(value)} is that")
    return value == wanted.replace("\1", "")


def _equal_ignoring_case(value: str, wanted: str) -> Truth:
    return _equal(value.lower(), wanted.lower())


def _numeric(compare: Callable[[float, float], bool]) -> _Test:
    def test(value: str, wanted: str) -> Truth:
        try:
            return compare(float(value), float(wanted))
        except ValueError:
            return False

    return test


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromtimestamp(float(text), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _dated(compare: Callable[[datetime, datetime], bool]) -> _Test:
    def test(value: str, wanted: str) -> Truth:
        left, right = _moment(value), _moment(wanted)
        return left is not None and right is not None and compare(left, right)

    return test


def _within(value: str, wanted: str) -> Truth:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


_TESTS: Final[dict[str, _Test]] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": lambda value, wanted: matches(value, wanted),
    "numericequals": _numeric(lambda a, b: a == b),
    "numericlessthan": _numeric(lambda a, b: a < b),
    "numericlessthanequals": _numeric(lambda a, b: a <= b),
    "numericgreaterthan": _numeric(lambda a, b: a > b),
    "numericgreaterthanequals": _numeric(lambda a, b: a >= b),
    "dateequals": _dated(lambda a, b: a == b),
    "datelessthan": _dated(lambda a, b: a < b),
    "datelessthanequals": _dated(lambda a, b: a <= b),
    "dategreaterthan": _dated(lambda a, b: a > b),
    "dategreaterthanequals": _dated(lambda a, b: a >= b),
    "bool": _equal_ignoring_case,
    "binaryequals": _equal,
    "ipaddress": _within,
    "arnequals": arn_like,
    "arnlike": arn_like,
}
_NEGATED: Final = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
_WILDCARDS: Final = frozenset({"stringlike", "arnequals", "arnlike"})
OPERATORS: Final = frozenset({*_TESTS, *_NEGATED, "null"})


def split_operator(name: str) -> tuple[str, str, bool]:
    """Set prefix, plain operator and whether `IfExists` ends it, all in lower case."""
    lowered = name.lower()
    prefix, _, plain = lowered.rpartition(":")
    if_exists = plain.endswith("ifexists")
    return prefix, plain.removesuffix("ifexists"), if_exists


def met(condition: Condition, request: Request, *, variables: bool) -> Truth:
    """Whether a condition holds for the request."""
    prefix, operator, if_exists = split_operator(condition.operator)
    known, value = request.value(condition.key)
    if operator not in OPERATORS or prefix not in ("", "forallvalues", "foranyvalue"):
        return unsure(f"what {condition.operator} means")
    if not known:
        return unsure(condition.key)
    if operator == "null":
        return _null(condition.values, value)
    opposite = operator in _NEGATED
    if value is None or value == ():
        return if_exists or prefix == "forallvalues" or (opposite and prefix != "foranyvalue")
    plain = _NEGATED.get(operator, operator)
    test = _TESTS[plain]
    wanted = [_wanted(v, request, variables, plain in _WILDCARDS) for v in condition.values]

    def holds(one: str) -> Truth:
        equal = some(False if w is None else test(one, w) for w in wanted)
        return negated(equal) if opposite else equal

    values = (value,) if isinstance(value, str) else value
    if prefix == "forallvalues" or (not prefix and opposite):
        return every(holds(v) for v in values)
    return some(holds(v) for v in values)


def _null(wanted: Sequence[str], value: object) -> Truth:
    return some((value is None or value == ()) == (w.lower() == "true") for w in wanted)


def _wanted(text: str, request: Request, variables: bool, wildcards: bool) -> str | None:
    replaced = substituted(text, request) if variables else text
    return replaced if wildcards or replaced is None else replaced.replace("\1", "")
