"""Outputs: what makes them, and what is done with them by their own methods."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from stackwright.source.reading import operations
from stackwright.source.reading.classes import parameters
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.values import (
    UNKNOWN,
    Bound,
    DictValue,
    Function,
    ListValue,
    Output,
    Plain,
    Scope,
    Value,
    alternatives,
    join,
    resolved,
)


def method(machine: Machine, receiver: Value, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    """`output.apply(…)` and its like."""
    if name == "apply":
        function = arguments.get(0, "func")
        if function is None:
            return Output(UNKNOWN, shown(node)) if isinstance(receiver, Output) else UNKNOWN
        made = applied(machine, receiver, function, arguments, node, scope)
        return Output(made, shown(node)) if isinstance(receiver, Output) else UNKNOWN
    if name == "recover" and isinstance(receiver, Output):
        return Output(receiver.inner, receiver.origin)
    return UNKNOWN


def applied(
    machine: Machine, receiver: Value, function: Value, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    """What the function of an `apply` makes of the value."""
    given = resolved(receiver) if isinstance(receiver, Output) else UNKNOWN
    at = arguments.nodes[0] if arguments.nodes else node
    found: list[Value] = []
    guards, machine.guards = machine.guards, []
    machine.applies = [*machine.applies, machine.place(_method(node), scope)]
    try:
        with machine.branch():
            for each in alternatives(function):
                if not _takes_one(each):
                    subject = (
                        node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
                    )
                    operations.shape(machine, _form(given), "parameters", subject, at, scope)
                    continue
                found.append(machine.call(each, Arguments([given], nodes=[at]), at, scope))
    finally:
        machine.applies = machine.applies[:-1]
        machine.guards = guards
    return join(found) if found else UNKNOWN


def _method(node: ast.expr) -> ast.AST:
    return node


def _form(value: Value) -> str:
    if isinstance(value, ListValue):
        return "list"
    return "dict" if isinstance(value, DictValue) else "value"


def _takes_one(function: Value) -> bool:
    """Whether it can be called with one argument; true when that cannot be told."""
    taken = 0
    if isinstance(function, Bound) and isinstance(function.function, Function):
        taken = 0 if function.function.form == "static" else 1
        function = function.function
    if not isinstance(function, Function):
        return True
    told = function.node.args
    named = [parameter.arg for parameter in parameters(told)][taken:]
    required = [name for name in named if name not in function.defaults]
    required += [parameter.arg for parameter in told.kwonlyargs if parameter.arg not in function.defaults]
    most = len(named) if told.vararg is None else 1
    return len(required) <= 1 <= max(most, 0)


# ---- `Output.…` ------------------------------------------------------------------------------------------------------


def _all(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if arguments.keywords or arguments.open is not None:
        inner: Value = DictValue(dict(arguments.keywords), arguments.open, of_all=True)
    else:
        inner = ListValue(list(arguments.positional), arguments.rest, of_all=True)
    return Output(inner, shown(node))


def _same(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    given = arguments.positional[0] if arguments.positional else next(iter(arguments.keywords.values()), UNKNOWN)
    return Output(given, shown(node))


def _text(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return Output(Plain("str"), shown(node))


def _any(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return Output(UNKNOWN, shown(node))


_MAKERS: Final[dict[str, Callable[[Machine, Arguments, ast.expr, Scope], Value]]] = {
    "pulumi.Output.all": _all,
    "pulumi.Output.concat": _text,
    "pulumi.Output.format": _text,
    "pulumi.Output.from_input": _same,
    "pulumi.Output.secret": _same,
    "pulumi.Output.unsecret": _same,
    "pulumi.Output.json_dumps": _text,
    "pulumi.Output.json_loads": _any,
}


def make(machine: Machine, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    maker = _MAKERS.get(name)
    return maker(machine, arguments, node, scope) if maker is not None else UNKNOWN


def is_maker(name: str) -> bool:
    return name.startswith("pulumi.Output.")
