"""Expressions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import Any, Final

from stackwright.source.reading import iterating, operations, scopes
from stackwright.source.reading.machine import Arguments, Machine
from stackwright.source.values import (
    UNKNOWN,
    Const,
    DictValue,
    Either,
    Function,
    Instance,
    Library,
    ListValue,
    Output,
    Plain,
    Scope,
    Value,
    alternatives,
    is_surely_output,
    join,
    resolved,
)

_BUILTINS: Final = frozenset(dir(builtins))


def evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Value:
    handler = _HANDLERS.get(type(node))
    return handler(machine, node, scope) if handler is not None else UNKNOWN


def _constant(machine: Machine, node: ast.Constant, scope: Scope) -> Value:
    return Const(node.value)


def _name(machine: Machine, node: ast.Name, scope: Scope) -> Value:
    found = scopes.look_up(scope, node.id)
    if found is not None:
        return found
    return Library(f"builtins.{node.id}") if node.id in _BUILTINS else UNKNOWN


def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> Value:
    told = scopes.narrowed(scope, node)
    if told is not None:
        return told
    return machine.attribute(machine.evaluate(node.value, scope), node.attr, node, scope)


def _call(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    callee = machine.evaluate(node.func, scope)
    return machine.call(callee, arguments(machine, node, scope), node, scope)


def arguments(machine: Machine, node: ast.Call, scope: Scope) -> Arguments:
    """What a call gives, with `*` and `**` taken apart as far as they are known."""
    given = Arguments()
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            several = iterating.elements(machine, machine.evaluate(argument.value, scope), argument.value, scope)
            if given.rest is None:
                given.positional += several.items
                given.nodes += [argument.value] * len(several.items)
            if several.rest is not None or given.rest is not None:
                given.rest = UNKNOWN
        else:
            given.positional.append(machine.evaluate(argument, scope))
            given.nodes.append(argument)
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            given.keywords[keyword.arg] = value
            given.places[keyword.arg] = machine.place(keyword, scope)
            continue
        if isinstance(value, DictValue):
            for key, each in value.items.items():
                if isinstance(key, str):
                    given.keywords.setdefault(key, each)
                    given.places.setdefault(key, value.places.get(key, machine.place(keyword.value, scope)))
            if value.rest is not None:
                given.open = value.rest
        else:
            if is_surely_output(value):
                operations.used(machine, "iteration", keyword.value, value, scope)
            given.open = UNKNOWN
    return given


def _list(machine: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
    made = ListValue(kind=kind, depth=machine.branches)
    for element in node.elts:
        if isinstance(element, ast.Starred):
            several = iterating.elements(machine, machine.evaluate(element.value, scope), element.value, scope)
            made.items += several.items
            if several.rest is not None:
                made.rest = join([several.rest] if made.rest is None else [made.rest, several.rest])
        else:
            made.items.append(machine.evaluate(element, scope))
    return made


def _dict(machine: Machine, node: ast.Dict, scope: Scope) -> Value:
    made = DictValue(depth=machine.branches)
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(value_node, scope)
        if key_node is None:
            _spread(made, value)
            continue
        key = machine.evaluate(key_node, scope)
        if is_surely_output(key):
            operations.used(machine, "key", key_node, key, scope)
        iterating.put(machine, made, key, value, machine.place(key_node, scope), is_certain=True)
    return made


def _spread(made: DictValue, value: Value) -> None:
    if isinstance(value, DictValue):
        made.items |= value.items
        made.places |= value.places
        rest = value.rest
    else:
        rest = UNKNOWN
        for each in alternatives(value):
            if isinstance(each, DictValue):  # `**({…} if wanted else {})`
                for key, inner in each.items.items():
                    made.items.setdefault(key, inner)
                    made.places.setdefault(key, each.places[key]) if key in each.places else None
        if all(isinstance(each, DictValue) and each.rest is None for each in alternatives(value)):
            rest = None
    if rest is not None:
        made.rest = rest if made.rest is None else join([made.rest, rest])


def _joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    return operations.text_of(
        machine,
        [
            (part, machine.evaluate(part.value, scope)) if isinstance(part, ast.FormattedValue) else (part, None)
            for part in node.values
        ],
        node,
        scope,
    )


def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> Value:
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    return operations.binary(machine, node.op, (node.left, left), (node.right, right), node, scope)


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = machine.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        operations.tested(machine, node.operand, value, scope)
        known = operations.truth(value)
        return Plain("bool") if known is None else Const(not known)
    if isinstance(value, Const) and isinstance(value.value, int | float) and isinstance(node.op, ast.USub):
        return Const(-value.value)
    return Plain("int")


def _boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    is_or = isinstance(node.op, ast.Or)
    found: list[Value] = []
    undo = scopes.Changes(scope)
    before: Value | None = None
    for place, part in enumerate(node.values):
        value = machine.evaluate(part, scope)
        if is_or and before is not None:
            operations.defaulted(machine, before, value, node, scope)
        before = value
        if place == len(node.values) - 1:
            found.append(value)
            break
        operations.tested(machine, part, value, scope)
        known = operations.truth(value)
        if known is is_or:
            found.append(value)
            break
        if known is None:
            found.append(operations.when(value, is_or))
        undo.narrow(machine, part, not is_or)
    undo.restore()
    return join(found)


def _compare(machine: Machine, node: ast.Compare, scope: Scope) -> Value:
    left_node, left = node.left, machine.evaluate(node.left, scope)
    results: list[bool | None] = []
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(right_node, scope)
        results.append(operations.compared(machine, operator, (left_node, left), (right_node, right), node, scope))
        left_node, left = right_node, right
    if all(result is True for result in results):
        return Const(True)
    return Const(False) if any(result is False for result in results) else Plain("bool")


def _conditional(machine: Machine, node: ast.IfExp, scope: Scope) -> Value:
    test = machine.evaluate(node.test, scope)
    operations.tested(machine, node.test, test, scope)
    known = operations.truth(test)
    found: list[Value] = []
    for outcome, part in ((True, node.body), (False, node.orelse)):
        if known is not (not outcome):
            undo = scopes.Changes(scope)
            undo.narrow(machine, node.test, outcome)
            found.append(machine.evaluate(part, scope))
            undo.restore()
    operations.defaulted_by_condition(machine, node, test, scope)
    return join(found)


def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> Value:
    made = Function(node, scope, defaults=scopes.defaults(machine, node.args, scope))
    machine.functions.append(made)
    return made


def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    key = UNKNOWN if isinstance(node.slice, ast.Slice) else machine.evaluate(node.slice, scope)
    if isinstance(node.slice, ast.Slice):
        for part in (node.slice.lower, node.slice.upper):
            if part is not None:
                machine.evaluate(part, scope)
        return _sliced(value, node)
    return join([item(machine, each, key, node, scope) for each in alternatives(value)])


def _sliced(value: Value, node: ast.Subscript) -> Value:
    if isinstance(value, Output):
        return Output(UNKNOWN, value.origin)
    if isinstance(value, ListValue):
        return ListValue([], join(list(value.elements())) if value.items or value.rest else None, value.kind)
    if isinstance(value, Const) and isinstance(value.value, str):
        return Plain("str", value.traits)
    return value if isinstance(value, Plain) else UNKNOWN


def item(machine: Machine, value: Value, key: Value, node: ast.Subscript, scope: Scope) -> Value:
    """`value[key]`."""
    if isinstance(value, Output):
        return Output(item(machine, resolved(value), key, node, scope), value.origin)
    if isinstance(value, ListValue):
        if not (isinstance(key, Const) and isinstance(key.value, int)):
            if isinstance(key, Const) and value.of_all:
                operations.shape(machine, "list", "key", node.value, node, scope, repr(key.value))
            return join(list(value.elements())) if value.items or value.rest is not None else UNKNOWN
        if value.rest is None and not -len(value.items) <= key.value < len(value.items):
            if value.of_all:
                operations.shape(machine, "list", "index", node.value, node, scope, str(key.value))
            return UNKNOWN
        if value.rest is None or 0 <= key.value < len(value.items):
            return value.items[key.value]
        return value.rest
    if isinstance(value, DictValue):
        if isinstance(key, Const) and iterating.is_key(key.value):
            if key.value in value.items:
                return value.items[key.value]
            if value.of_all and value.rest is None:
                operations.shape(machine, "dict", "key", node.value, node, scope, repr(key.value))
            return value.rest if value.rest is not None else UNKNOWN
        return join(list(value.values())) if value.items or value.rest is not None else UNKNOWN
    if isinstance(value, Plain) and value.kind == "str":
        return Plain("str", value.traits)
    if isinstance(value, Instance):
        return operations.special(machine, value, "__getitem__", [key], node, scope)
    if isinstance(value, Library):
        return value if value.name.startswith(("typing.", "builtins.")) else Library(f"{value.name}[]")
    return UNKNOWN


def _comprehension(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
) -> Value:
    inner = Scope(scope.module, outer=scope)
    made: list[tuple[Value | None, Value]] = []
    certain = [True]
    for is_certain in _rounds(machine, node.generators, inner):
        certain[0] = certain[0] and is_certain
        if isinstance(node, ast.DictComp):
            key = machine.evaluate(node.key, inner)
            if is_surely_output(key):
                operations.used(machine, "key", node.key, key, inner)
            made.append((key, machine.evaluate(node.value, inner)))
        else:
            made.append((None, machine.evaluate(node.elt, inner)))
    if isinstance(node, ast.DictComp):
        mapping = DictValue(depth=machine.branches)
        for key, value in made:
            iterating.put(machine, mapping, key or UNKNOWN, value, None, is_certain=True)
        if not certain[0]:
            mapping.rest = join([mapping.rest or UNKNOWN, *(value for _, value in made)])
        return mapping
    kind = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}[type(node)]
    values = [value for _, value in made]
    if certain[0]:
        return ListValue(values, None, kind, depth=machine.branches)
    return ListValue([], join(values) if values else None, kind, depth=machine.branches)


def _rounds(machine: Machine, generators: list[ast.comprehension], scope: Scope) -> Iterator[bool]:
    """Every round of a comprehension with its names set; whether it surely takes place, and only once."""
    if not generators:
        yield True
        return
    first, *others = generators
    several = iterating.elements(machine, machine.evaluate(first.iter, scope), first.iter, scope)
    for value, is_certain in iterating.rounds(several):
        scopes.assign(machine, first.target, value, scope)
        known: bool | None = True
        for test in first.ifs:
            outcome = machine.evaluate(test, scope)
            operations.tested(machine, test, outcome, scope)
            truth = operations.truth(outcome)
            known = truth if known is True else known
            scopes.Changes(scope).narrow(machine, test, True)
        if known is not False:
            for inner in _rounds(machine, others, scope):
                yield is_certain and inner and known is True


def _starred(machine: Machine, node: ast.Starred, scope: Scope) -> Value:
    return machine.evaluate(node.value, scope)


def _await(machine: Machine, node: ast.Await, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    return resolved(value) if isinstance(value, Output | Either) else value


def _yield(machine: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope) if node.value is not None else Const(None)
    if isinstance(node, ast.YieldFrom):
        several = iterating.elements(machine, value, node.value, scope)
        scope.yielded += list(several.elements())
    else:
        scope.yielded.append(value)
    return UNKNOWN


def _named(machine: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    scopes.assign(machine, node.target, value, scope)
    return value


_HANDLERS: Final[dict[type[ast.expr], Callable[[Machine, Any, Scope], Value]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Starred: _starred,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.NamedExpr: _named,
}
