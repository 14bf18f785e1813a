"""Calls: of the project's functions, of an SDK's classes, of methods, of libraries."""

from __future__ import annotations

import ast

from stackwright.source.reading import classes, constructing, libraries, methods, operations, outputs
from stackwright.source.reading.machine import Arguments, Machine
from stackwright.source.values import (
    UNKNOWN,
    Bound,
    ClassValue,
    Either,
    Function,
    Instance,
    Library,
    Output,
    Partial,
    Scope,
    SdkName,
    SdkObject,
    Value,
    is_surely_output,
    join,
)


def call(machine: Machine, callee: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if isinstance(callee, Either):
        return join([call(machine, each, arguments, node, scope) for each in callee.members])
    if isinstance(callee, Function):
        return classes.call_function(machine, callee, arguments, node)
    if isinstance(callee, ClassValue):
        return classes.instantiate(machine, callee, arguments, node, scope)
    if isinstance(callee, SdkName):
        return constructing.call(machine, callee, arguments, node, scope)
    if isinstance(callee, Bound):
        return _bound(machine, callee, arguments, node, scope)
    if isinstance(callee, Library):
        return libraries.call(machine, callee.name, arguments, node, scope)
    if isinstance(callee, Partial):
        joined = Arguments(
            [*callee.arguments, *arguments.positional],
            {**callee.keywords, **arguments.keywords},
            arguments.rest,
            arguments.open,
            arguments.places,
            [node] * len(callee.arguments) + arguments.nodes,
        )
        return call(machine, callee.function, joined, node, scope)
    if isinstance(callee, Instance):
        return operations.special(machine, callee, "__call__", arguments.positional, node, scope)
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if isinstance(callee, Output) and is_surely_output(callee) and is_method:
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        operations.used(machine, "method", node.func.value, callee, scope, detail=node.func.attr)
    return UNKNOWN


def _bound(machine: Machine, callee: Bound, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if isinstance(callee.function, Function):
        return classes.bound_call(machine, callee, arguments, node)
    receiver = callee.receiver
    if isinstance(receiver, Output) or callee.name == "apply":
        return outputs.method(machine, receiver, callee.name, arguments, node, scope)
    if isinstance(receiver, SdkObject):
        return constructing.method(machine, receiver, callee.name, arguments, node, scope)
    if isinstance(receiver, SdkName):
        return constructing.static(machine, receiver, callee.name, arguments, node, scope)
    return methods.call(machine, receiver, callee.name, arguments, node, scope)
