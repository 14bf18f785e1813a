"""Operators and texts: where an Output is easily taken for its value."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Sequence
from typing import Final

from stackwright.source import traits
from stackwright.source.facts import AlwaysTrue, LostSetting, OutputUsed, Use, WrongShape
from stackwright.source.reading import iterating, scopes
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.values import (
    UNKNOWN,
    Bound,
    Const,
    DictValue,
    FilePath,
    Function,
    Instance,
    ListValue,
    Output,
    Plain,
    Scope,
    SdkObject,
    Value,
    alternatives,
    find_output,
    is_output,
    is_resource,
    is_surely_output,
    join,
)
from stackwright.source.values import traits as traits_of

truth = scopes.truth
FLAG_TEXT: Final = "text of a flag: "
_LONGEST: Final = 4096


def used(
    machine: Machine,
    use: Use,
    node: ast.expr,
    value: Value,
    scope: Scope,
    *,
    within: ast.expr | None = None,
    detail: str = "",
) -> None:
    """Note that an Output, or a resource, is used as if it were a value."""
    inside = find_output(value)
    what = "resource" if inside is not None and is_resource(inside) else "output"
    at = node
    if within is not None and not within.lineno <= node.lineno <= (within.end_lineno or within.lineno):
        at = within  # before Python 3.12, parts of a text over several lines are not always where they say
    machine.report(OutputUsed(machine.place(at, scope), use, shown(node), what, detail))


def shape(
    machine: Machine, given: str, problem: str, subject: ast.expr, at: ast.expr, scope: Scope, detail: str = ""
) -> None:
    machine.report(WrongShape(machine.place(at, scope), given, problem, shown(subject), detail))


def text_in(
    machine: Machine, use: Use, node: ast.expr, value: Value, scope: Scope, within: ast.expr | None = None
) -> None:
    """A value becomes part of a text."""
    for each in alternatives(value):
        if isinstance(each, ListValue | DictValue) and each.of_all:
            given = "list" if isinstance(each, ListValue) else "dict"
            shape(
                machine,
                given,
                "text",
                node,
                within if within is not None and within.lineno != node.lineno else node,
                scope,
            )
        elif find_output(each) is not None:
            used(machine, use, node, each, scope, within=within)


def text_of(machine: Machine, parts: Sequence[tuple[ast.expr, Value | None]], node: ast.expr, scope: Scope) -> Value:
    """An f-string."""
    texts: list[str | None] = []
    found: set[str] = set()
    for part, value in parts:
        if value is None:
            texts.append(part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None)
            continue
        assert isinstance(part, ast.FormattedValue)
        text_in(machine, "f-string", part.value, value, scope, within=node)
        found |= traits.passed_on(traits_of(value))
        texts.append(_written(value) if part.conversion == -1 and part.format_spec is None else None)
        if part.format_spec is not None:
            machine.evaluate(part.format_spec, scope)
    return _text(texts, frozenset(found))


def _text(parts: Sequence[str | None], found: frozenset[str]) -> Value:
    known = [part for part in parts if part is not None]
    text = "".join(known)
    return Const(text, found) if len(known) == len(parts) and len(text) <= _LONGEST else Plain("str", found)


def _written(value: Value) -> str | None:
    """What `str(value)` is."""
    if isinstance(value, Const) and isinstance(value.value, str | int | bool | float):
        return str(value.value)
    return value.text if isinstance(value, FilePath) else None


# ---- operators -------------------------------------------------------------------------------------------------------

Side = tuple[ast.expr, Value]


def binary(machine: Machine, operator: ast.operator, left: Side, right: Side, node: ast.expr, scope: Scope) -> Value:
    if isinstance(operator, ast.Mod) and _is_text(left[1]):
        for each in alternatives(right[1]):
            text_in(machine, "percent", right[0], each, scope)
        return Plain("str", traits.passed_on(traits_of(left[1]) | all_traits(right[1])))
    for each, value in (left, right):
        if is_output(value) or (is_resource(value) and _is_text(right[1] if each is left[0] else left[1])):
            used(machine, "concatenation", each, value, scope)
            return UNKNOWN
    for (each, value), other in ((left, right[1]), (right, left[1])):
        if isinstance(value, ListValue | DictValue) and value.of_all and _is_text(other):
            shape(machine, "list" if isinstance(value, ListValue) else "dict", "text", each, each, scope)
            return Plain("str")
    if isinstance(operator, ast.Div):
        return _divided(left[1], right[1])
    if isinstance(operator, ast.Add):
        return _added(left[1], right[1])
    if isinstance(operator, ast.BitOr):
        return _united(left[1], right[1])
    return _calculated(operator, left[1], right[1])


def _is_text(value: Value) -> bool:
    return any(
        (isinstance(each, Const) and isinstance(each.value, str)) or (isinstance(each, Plain) and each.kind == "str")
        for each in alternatives(value)
    )


def all_traits(value: Value) -> frozenset[str]:
    if isinstance(value, ListValue):
        return frozenset[str]().union(*(traits_of(each) for each in value.elements()))
    return traits_of(value)


def _divided(left: Value, right: Value) -> Value:
    if isinstance(left, FilePath) or isinstance(right, FilePath):
        found = traits_of(left) | traits_of(right)
        texts = [_written(left), _written(right)]
        known = [text for text in texts if text is not None]
        return FilePath(posixpath.join(*known) if len(known) == 2 else None, traits.passed_on(found))
    return Plain("float") if isinstance(left, Const | Plain) and isinstance(right, Const | Plain) else UNKNOWN


def _added(left: Value, right: Value) -> Value:
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        rests = [each for each in (left.rest, right.rest) if each is not None]
        if left.rest is not None:
            return ListValue([], join([*left.elements(), *right.elements()]), left.kind)
        return ListValue([*left.items, *right.items], join(rests) if rests else None, left.kind)
    if isinstance(left, ListValue):
        return ListValue(list(left.items), UNKNOWN, left.kind)
    if _is_text(left) or _is_text(right):
        return _text([_written(left), _written(right)], traits.passed_on(traits_of(left) | traits_of(right)))
    return _calculated(ast.Add(), left, right)


def _united(left: Value, right: Value) -> Value:
    if not isinstance(left, DictValue):
        return UNKNOWN
    made = DictValue(dict(left.items), left.rest, places=dict(left.places))
    if isinstance(right, DictValue):
        made.items |= right.items
        made.places |= right.places
        made.rest = made.rest or right.rest
    else:
        made.rest = UNKNOWN
    return made


def _calculated(operator: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        one, two = left.value, right.value
        if isinstance(one, int | float) and isinstance(two, int | float):
            if isinstance(operator, ast.Add):
                return Const(one + two)
            if isinstance(operator, ast.Sub):
                return Const(one - two)
            if isinstance(operator, ast.Mult) and abs(one) < 2**53 and abs(two) < 2**53:
                return Const(one * two)
    if isinstance(left, Const | Plain) and isinstance(right, Const | Plain):
        kinds = {_kind(left), _kind(right)}
        return Plain("str" if "str" in kinds else "float" if "float" in kinds else "int" if kinds == {"int"} else "")
    return UNKNOWN


def _kind(value: Const | Plain) -> str:
    return value.kind if isinstance(value, Plain) else type(value.value).__name__


# ---- tests -----------------------------------------------------------------------------------------------------------


def tested(machine: Machine, node: ast.expr, value: Value, scope: Scope) -> None:
    """A value is asked whether it is true. An Output always is."""
    if isinstance(node, ast.Compare | ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return
    fact = OutputUsed(machine.place(node, scope), "condition", shown(node))
    machine.report_if_always(fact, is_surely_output(value))
    flag = next((trait.removeprefix(FLAG_TEXT) for trait in traits_of(value) if trait.startswith(FLAG_TEXT)), "")
    if flag:
        machine.report(AlwaysTrue(machine.place(node, scope), flag))


def compared(
    machine: Machine, operator: ast.cmpop, left: Side, right: Side, node: ast.expr, scope: Scope
) -> bool | None:
    one, two = left[1], right[1]
    if isinstance(operator, ast.Is | ast.IsNot):
        known = _is_none(one) if two == Const(None) else None
        return known if known is None or isinstance(operator, ast.Is) else not known
    if isinstance(operator, ast.In | ast.NotIn):
        return _contained(machine, operator, left, right, node, scope)
    for each, value, other in ((left[0], one, two), (right[0], two, one)):
        if other != Const(None):
            fact = OutputUsed(machine.place(each, scope), "comparison", shown(each))
            machine.report_if_always(fact, is_surely_output(value))
    if isinstance(one, Const) and isinstance(two, Const) and isinstance(operator, ast.Eq | ast.NotEq):
        return (one.value == two.value) is isinstance(operator, ast.Eq)
    return None


def _is_none(value: Value) -> bool | None:
    found = {_is_one_none(each) for each in alternatives(value)}
    return found.pop() if len(found) == 1 else None


def _is_one_none(value: Value) -> bool | None:
    if isinstance(value, Const):
        return value.value is None
    if isinstance(value, Output):
        return None if value.may_be_none else False
    if isinstance(value, Plain):
        return None if value.may_be_none or not value.kind else False
    known = ListValue | DictValue | SdkObject | Instance | Function | FilePath | Bound
    return False if isinstance(value, known) else None


def _contained(
    machine: Machine, operator: ast.In | ast.NotIn, left: Side, right: Side, node: ast.expr, scope: Scope
) -> bool | None:
    if is_surely_output(right[1]):
        used(machine, "membership", right[0], right[1], scope)
        return None
    container = right[1]
    if isinstance(container, ListValue | DictValue | Const | Plain):
        inside = list(container.elements()) if isinstance(container, ListValue) else []
        holds = is_surely_output(left[1]) and not any(find_output(each) or each is UNKNOWN for each in inside)
        fact = OutputUsed(machine.place(left[0], scope), "membership", shown(left[0]))
        machine.report_if_always(fact, holds and not isinstance(container, DictValue))
    if not isinstance(left[1], Const) or not iterating.is_key(left[1].value):
        return None
    known: bool | None = None
    if isinstance(container, DictValue):
        known = True if left[1].value in container.items else False if container.rest is None else None
    elif isinstance(container, ListValue):
        values = [each.value for each in container.elements() if isinstance(each, Const)]
        if left[1].value in values:
            known = True
        elif len(values) == len(container.items) and container.rest is None:
            known = False
    return known if known is None or isinstance(operator, ast.In) else not known


def when(value: Value, outcome: bool) -> Value:
    """The value of `a or b` when it is `a`."""
    kept = [each for member in alternatives(value) if (each := scopes.may_be(member, outcome)) is not None]
    return join(kept) if kept else UNKNOWN


# ---- settings --------------------------------------------------------------------------------------------------------


def defaulted(machine: Machine, value: Value, default: Value, node: ast.expr, scope: Scope) -> None:
    """`setting or default`: an explicit false or 0 is taken for a setting that is not there."""
    how = traits.setting(traits_of(value))
    known = default.value if isinstance(default, Const) else None
    if not how or not known:
        return
    if isinstance(known, bool):
        machine.report(LostSetting(machine.place(node, scope), how, "false", str(known)))
    elif isinstance(known, int | float):
        lost = "0"
        machine.report(LostSetting(machine.place(node, scope), how, lost, str(known)))


def defaulted_by_condition(machine: Machine, node: ast.IfExp, test: Value, scope: Scope) -> None:
    """`setting if setting else default`, and the reverse."""
    subject, kept, default = node.test, node.body, node.orelse
    if isinstance(subject, ast.UnaryOp) and isinstance(subject.op, ast.Not):
        subject, kept, default = subject.operand, node.orelse, node.body
    if ast.dump(subject) == ast.dump(kept):
        value = machine.evaluate(subject, scope)
        defaulted(machine, value, machine.evaluate(default, scope), node, scope)


# ---- instances of the project's classes ------------------------------------------------------------------------------


def special(machine: Machine, value: Instance, name: str, given: list[Value], node: ast.expr, scope: Scope) -> Value:
    """What Python calls for an operator."""
    method = value.of.find(name)
    if not isinstance(method, Function):
        return UNKNOWN
    return machine.call(Bound(value, name, method), Arguments(given), node, scope)
