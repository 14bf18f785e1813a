"""Statements."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from stackwright.source.reading import classes, iterating, operations, scopes, types
from stackwright.source.reading.machine import Flow, Machine
from stackwright.source.values import (
    UNKNOWN,
    Const,
    Function,
    Instance,
    Library,
    ListValue,
    ModuleValue,
    Scope,
    Value,
    join,
)


def execute(machine: Machine, body: list[ast.stmt], scope: Scope) -> Flow:
    for statement in body:
        handler = _HANDLERS.get(type(statement))
        flow = handler(machine, statement, scope) if handler is not None else Flow.NEXT
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def _expression(machine: Machine, node: ast.Expr, scope: Scope) -> Flow:
    machine.evaluate(node.value, scope)
    return Flow.NEXT


def _assign(machine: Machine, node: ast.Assign, scope: Scope) -> Flow:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        scopes.assign(machine, target, value, scope)
    return Flow.NEXT


def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> Flow:
    if node.value is not None:
        value = machine.evaluate(node.value, scope)
        scopes.assign(
            machine, node.target, types.unless_known(value, types.declared(machine, node.annotation, scope)), scope
        )
    return Flow.NEXT


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> Flow:
    target: Any = node.target
    before = machine.evaluate(_loaded(target), scope)
    added = machine.evaluate(node.value, scope)
    if isinstance(before, ListValue) and isinstance(node.op, ast.Add):
        several = iterating.elements(machine, added, node.value, scope)
        before.items += several.items
        if several.rest is not None:
            before.rest = several.rest if before.rest is None else join([before.rest, several.rest])
        return Flow.NEXT
    value = operations.binary(machine, node.op, (target, before), (node.value, added), node.value, scope)
    scopes.assign(machine, target, value, scope)
    return Flow.NEXT


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def _if(machine: Machine, node: ast.If, scope: Scope) -> Flow:
    test = machine.evaluate(node.test, scope)
    operations.tested(machine, node.test, test, scope)
    _default_in_branch(machine, node, scope)
    known = operations.truth(test)
    if known is not None:
        return _way(machine, node.test, known, node.body if known else node.orelse, scope)
    before = dict(scope.names)
    ways: list[dict[str, Value]] = []
    flows: list[Flow] = []
    for outcome, body in ((True, node.body), (False, node.orelse)):
        scope.names.clear()
        scope.names.update(before)
        with machine.branch():
            flow = _way(machine, node.test, outcome, body, scope)
        flows.append(flow)
        if flow is Flow.NEXT:
            ways.append(dict(scope.names))
    scopes.merge(scope, before, ways or [before])
    if not ways:
        return Flow.LOOP if Flow.LOOP in flows else Flow.LEFT
    if len(ways) == 1:  # the other way has left: what the test says holds from here on
        outcome = flows[0] is Flow.NEXT
        scopes.Changes(scope).narrow(machine, node.test, outcome)
    return Flow.NEXT


def _way(machine: Machine, test: ast.expr, outcome: bool, body: list[ast.stmt], scope: Scope) -> Flow:
    changes = scopes.Changes(scope)
    changes.narrow(machine, test, outcome)
    return machine.execute(body, scope)


def _default_in_branch(machine: Machine, node: ast.If, scope: Scope) -> None:
    """`if not setting: setting = True`."""
    test = node.test
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and len(node.body) == 1 and not node.orelse):
        return
    only = node.body[0]
    if not isinstance(only, ast.Assign) or len(only.targets) != 1:
        return
    if ast.unparse(only.targets[0]) == ast.unparse(test.operand):
        before, default = machine.evaluate(test.operand, scope), machine.evaluate(only.value, scope)
        operations.defaulted(machine, before, default, only.value, scope)


def _for(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Flow:
    several = iterating.elements(machine, machine.evaluate(node.iter, scope), node.iter, scope)
    _loop(machine, node.body, scope, [(node.target, value, sure) for value, sure in iterating.rounds(several)])
    return machine.execute(node.orelse, scope) if node.orelse else Flow.NEXT


def _loop(machine: Machine, body: list[ast.stmt], scope: Scope, rounds: list[tuple[ast.expr, Value, bool]]) -> None:
    for target, value, is_certain in rounds:
        before = dict(scope.names)
        if is_certain:
            scopes.assign(machine, target, value, scope)
            flow = machine.execute(body, scope)
            if flow is Flow.NEXT:
                continue
            scopes.merge(scope, before, [before, dict(scope.names)])
            continue
        for _ in range(2):  # what the first round leaves, the second one finds
            with machine.branch():
                scopes.assign(machine, target, value, scope)
                machine.execute(body, scope)
            scopes.merge(scope, before, [before, dict(scope.names)])


def _while(machine: Machine, node: ast.While, scope: Scope) -> Flow:
    test = machine.evaluate(node.test, scope)
    operations.tested(machine, node.test, test, scope)
    if operations.truth(test) is False:
        return Flow.NEXT
    for _ in range(2):
        before = dict(scope.names)
        with machine.branch():
            machine.execute(node.body, scope)
        scopes.merge(scope, before, [before, dict(scope.names)])
    return Flow.NEXT


def _try(machine: Machine, node: ast.Try, scope: Scope) -> Flow:
    before = dict(scope.names)
    machine.guards.append(frozenset(name for handler in node.handlers for name in _caught(handler)))
    try:
        flow = machine.execute(node.body, scope)
    finally:
        machine.guards.pop()
    if flow is Flow.NEXT and node.orelse:
        flow = machine.execute(node.orelse, scope)
    after = dict(scope.names)
    ways = [after] if flow is Flow.NEXT else []
    for handler in node.handlers:
        scopes.merge(scope, before, [before, after])
        if handler.name:
            scopes.set_name(scope, handler.name, UNKNOWN)
        with machine.branch():
            if machine.execute(handler.body, scope) is Flow.NEXT:
                ways.append(dict(scope.names))
    scopes.merge(scope, before, ways or [after])
    ended = machine.execute(node.finalbody, scope) if node.finalbody else Flow.NEXT
    return Flow.NEXT if ways and ended is Flow.NEXT else (ended if ended is not Flow.NEXT else flow)


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return [""]
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [ast.unparse(part).rpartition(".")[2] for part in parts]


def _with(machine: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Flow:
    suppressed: set[str] = set()
    for each in node.items:
        value = machine.evaluate(each.context_expr, scope)
        if isinstance(each.context_expr, ast.Call) and ast.unparse(each.context_expr.func).endswith("suppress"):
            suppressed |= {ast.unparse(arg).rpartition(".")[2] for arg in each.context_expr.args}
        entered = value
        if isinstance(value, Instance):
            entered = operations.special(machine, value, "__enter__", [], each.context_expr, scope)
        if each.optional_vars is not None:
            scopes.assign(machine, each.optional_vars, entered, scope)
    machine.guards.append(frozenset(suppressed))
    try:
        return machine.execute(node.body, scope)
    finally:
        machine.guards.pop()


def _return(machine: Machine, node: ast.Return, scope: Scope) -> Flow:
    scope.returned.append(machine.evaluate(node.value, scope) if node.value is not None else Const(None))
    return Flow.LEFT


def _raise(machine: Machine, node: ast.Raise, scope: Scope) -> Flow:
    for part in (node.exc, node.cause):
        if part is not None:
            machine.evaluate(part, scope)
    return Flow.LEFT


def _assert(machine: Machine, node: ast.Assert, scope: Scope) -> Flow:
    test = machine.evaluate(node.test, scope)
    operations.tested(machine, node.test, test, scope)
    if node.msg is not None:
        machine.evaluate(node.msg, scope)
    scopes.Changes(scope).narrow(machine, node.test, True)
    return Flow.NEXT


def _leave_round(machine: Machine, node: ast.stmt, scope: Scope) -> Flow:
    return Flow.LOOP


def _delete(machine: Machine, node: ast.Delete, scope: Scope) -> Flow:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
    return Flow.NEXT


def _elsewhere(machine: Machine, node: ast.Global | ast.Nonlocal, scope: Scope) -> Flow:
    for name in node.names:
        owner = scopes.global_scope(scope)
        if isinstance(node, ast.Nonlocal) and scope.outer is not None:
            inside: Scope | None = scope.outer
            while inside is not None and name not in inside.names:
                inside = inside.outer
            owner = inside or owner
        if owner is not scope:
            scope.elsewhere[name] = owner
    return Flow.NEXT


def _match(machine: Machine, node: ast.Match, scope: Scope) -> Flow:
    subject = machine.evaluate(node.subject, scope)
    before = dict(scope.names)
    ways = [before]
    for case in node.cases:
        scope.names.clear()
        scope.names.update(before)
        for inner in ast.walk(case.pattern):
            name = getattr(inner, "name", None) or getattr(inner, "rest", None)
            if isinstance(name, str):
                scope.names[name] = subject if inner is case.pattern else UNKNOWN
        with machine.branch():
            if case.guard is not None:
                machine.evaluate(case.guard, scope)
            if machine.execute(case.body, scope) is Flow.NEXT:
                ways.append(dict(scope.names))
    scopes.merge(scope, before, ways)
    return Flow.NEXT


# ---- definitions -----------------------------------------------------------------------------------------------------


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Flow:
    made = Function(node, scope, defaults=scopes.defaults(machine, node.args, scope))
    machine.functions.append(made)
    scopes.set_name(scope, node.name, classes.decorated(machine, made, node.decorator_list, scope))
    return Flow.NEXT


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> Flow:
    scopes.set_name(scope, node.name, classes.define(machine, node, scope))
    return Flow.NEXT


def _import(machine: Machine, node: ast.Import, scope: Scope) -> Flow:
    for alias in node.names:
        parts = alias.name.split(".")
        loaded: Value = UNKNOWN
        for size in range(1, len(parts) + 1):
            loaded = machine.load(".".join(parts[:size]))
        scopes.set_name(scope, alias.asname or parts[0], loaded if alias.asname else machine.load(parts[0]))
    return Flow.NEXT


def _import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> Flow:
    name = node.module or ""
    if node.level:
        package = scope.module.package.split(".") if scope.module.package else []
        above = package[: len(package) - node.level + 1]
        name = ".".join([*above, name] if name else above)
        if not name:
            for alias in node.names:
                scopes.set_name(scope, alias.asname or alias.name, machine.load(alias.name))
            return Flow.NEXT
    for size in range(1, name.count(".") + 1):
        machine.load(".".join(name.split(".")[:size]))
    loaded = machine.load(name)
    for alias in node.names:
        if alias.name == "*":
            if isinstance(loaded, ModuleValue):
                shared = {key: value for key, value in loaded.scope.names.items() if not key.startswith("_")}
                scope.names.update(shared)
            continue
        at = ast.copy_location(ast.Name(alias.name, ast.Load()), alias)
        value = Library(f"{name}.{alias.name}") if isinstance(loaded, Library) else None
        found = value or machine.attribute(loaded, alias.name, at, scope)
        scopes.set_name(scope, alias.asname or alias.name, found)
    return Flow.NEXT


_HANDLERS: Final[dict[type[ast.stmt], Callable[[Machine, Any, Scope], Flow]]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Break: _leave_round,
    ast.Continue: _leave_round,
    ast.Delete: _delete,
    ast.Global: _elsewhere,
    ast.Nonlocal: _elsewhere,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
