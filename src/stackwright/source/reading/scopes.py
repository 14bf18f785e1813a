"""Names: looking them up, setting them, and what a test says of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from stackwright.source.reading import iterating, types
from stackwright.source.reading.machine import Machine
from stackwright.source.traits import passed_on
from stackwright.source.values import (
    UNKNOWN,
    Const,
    DictValue,
    Either,
    FilePath,
    Instance,
    ListValue,
    Output,
    Plain,
    Scope,
    SdkObject,
    Value,
    alternatives,
    join,
)


def look_up(scope: Scope, name: str) -> Value | None:
    told = scope.names.get(f"?{name}")
    if told is not None:
        return told
    inside: Scope | None = scope
    while inside is not None:
        if name in inside.elsewhere:
            return inside.elsewhere[name].names.get(name)
        if name in inside.names and (not inside.is_class or inside is scope):
            return inside.names[name]
        inside = inside.outer
    return None


def global_scope(scope: Scope) -> Scope:
    while scope.outer is not None:
        scope = scope.outer
    return scope


def defaults(machine: Machine, told: ast.arguments, scope: Scope) -> dict[str, Value]:
    """The defaults of parameters, which Python works out where the function is defined."""
    given = [*told.posonlyargs, *told.args]
    named = given[len(given) - len(told.defaults) :]
    found = {arg.arg: machine.evaluate(default, scope) for arg, default in zip(named, told.defaults, strict=True)}
    for arg, default in zip(told.kwonlyargs, told.kw_defaults, strict=True):
        if default is not None:
            found[arg.arg] = machine.evaluate(default, scope)
    return found


# ---- setting ---------------------------------------------------------------------------------------------------------


def assign(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        set_name(scope, target.id, value)
    elif isinstance(target, ast.Attribute):
        _forget(scope, ast.unparse(target))
        for owner in alternatives(machine.evaluate(target.value, scope)):
            _set_attribute(machine, owner, target.attr, value)
    elif isinstance(target, ast.Subscript):
        _set_item(machine, target, value, scope)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, value, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target, value, scope)


def set_name(scope: Scope, name: str, value: Value) -> None:
    _forget(scope, name)
    scope.elsewhere.get(name, scope).names[name] = value


def _forget(scope: Scope, name: str) -> None:
    """Drop what tests have said of a name, and of what hangs on it."""
    scope.names.pop(f"?{name}", None)
    for told in [told for told in scope.names if told == f".{name}" or told.startswith(f".{name}.")]:
        del scope.names[told]


def _set_attribute(machine: Machine, owner: Value, name: str, value: Value) -> None:
    if isinstance(owner, Instance):
        if machine.branches > owner.depth and name in owner.attributes:
            value = join([owner.attributes[name], value])
        owner.attributes[name] = value
    elif isinstance(owner, SdkObject):
        owner.attributes[name] = value


def _set_item(machine: Machine, target: ast.Subscript, value: Value, scope: Scope) -> None:
    owners = machine.evaluate(target.value, scope)
    key = UNKNOWN if isinstance(target.slice, ast.Slice) else machine.evaluate(target.slice, scope)
    for owner in alternatives(owners):
        if isinstance(owner, DictValue):
            is_certain = machine.branches <= owner.depth
            iterating.put(machine, owner, key, value, machine.place(target.slice, scope), is_certain=is_certain)
        elif isinstance(owner, ListValue):
            owner.rest = value if owner.rest is None else join([owner.rest, value])


def _unpack(machine: Machine, target: ast.Tuple | ast.List, value: Value, scope: Scope) -> None:
    several = iterating.elements(machine, value, target, scope)
    starred = next((place for place, each in enumerate(target.elts) if isinstance(each, ast.Starred)), None)
    for place, each in enumerate(target.elts):
        if isinstance(each, ast.Starred):
            assign(machine, each, ListValue([], join(list(several.elements())) if several.items else UNKNOWN), scope)
        elif several.rest is None and starred is None and place < len(several.items):
            assign(machine, each, several.items[place], scope)
        elif several.rest is None and starred is not None and len(several.items) >= len(target.elts) - 1:
            index = place if place < starred else place - len(target.elts)
            assign(machine, each, several.items[index], scope)
        else:
            found = list(several.elements())
            assign(machine, each, join(found) if found else UNKNOWN, scope)


# ---- what a test says ------------------------------------------------------------------------------------------------


def narrowed(scope: Scope, node: ast.Attribute) -> Value | None:
    """What a test has said of `name.attribute`."""
    return scope.names.get(f".{ast.unparse(node)}") if _is_dotted(node) and _has_dotted(scope) else None


def _has_dotted(scope: Scope) -> bool:
    return any(name.startswith(".") for name in scope.names)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


class Changes:
    """What tests say of names, until it is taken back."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._before: dict[str, Value | None] = {}

    def restore(self) -> None:
        for name, value in self._before.items():
            if value is None:
                self._scope.names.pop(name, None)
            else:
                self._scope.names[name] = value
        self._before.clear()

    def narrow(self, machine: Machine, test: ast.expr, outcome: bool) -> None:
        """Keep of every name in the test what agrees with its outcome."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self.narrow(machine, test.operand, not outcome)
        elif isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is outcome:
            for part in test.values:
                self.narrow(machine, part, outcome)
        elif isinstance(test, ast.NamedExpr):
            self.narrow(machine, test.target, outcome)
        elif isinstance(test, ast.Name | ast.Attribute):
            self._keep(machine, test, lambda value: may_be(value, outcome))
        elif isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
            wanted = isinstance(test.ops[0], ast.Is | ast.Eq) is outcome
            self._keep(machine, test.left, lambda value: none_or_not(value, wanted))
        elif isinstance(test, ast.Call) and ast.unparse(test.func) == "isinstance" and len(test.args) == 2:
            kinds = types.named(machine, test.args[1], self._scope)
            self._keep(machine, test.args[0], lambda value: types.of_kind(value, kinds, outcome))

    def _keep(self, machine: Machine, node: ast.expr, kept: Callable[[Value], Value | None]) -> None:
        if isinstance(node, ast.NamedExpr):
            node = node.target
        if isinstance(node, ast.Name):
            name = node.id if node.id in self._scope.names else f"?{node.id}"
        elif isinstance(node, ast.Attribute) and _is_dotted(node):
            name = f".{ast.unparse(node)}"
        else:
            return
        value = machine.evaluate(node, self._scope)
        found = [each for member in alternatives(value) if (each := kept(member)) is not None]
        self._before.setdefault(name, self._scope.names.get(name))
        self._scope.names[name] = join(found) if found else UNKNOWN


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def may_be(value: Value, outcome: bool) -> Value | None:
    """The value, as far as its truth can be so; None when it cannot."""
    known = truth(value)
    if known is (not outcome):
        return None
    if isinstance(value, Output):
        if not outcome:
            return Const(None)
        return Output(value.inner, value.origin) if value.may_be_none else value
    if isinstance(value, Plain) and outcome:
        return Plain(value.kind, passed_on(value.traits))
    return value


def none_or_not(value: Value, is_none: bool) -> Value | None:
    if isinstance(value, Const):
        return value if (value.value is None) is is_none else None
    if isinstance(value, Output):
        if is_none:
            return Const(None) if value.may_be_none else None
        return Output(value.inner, value.origin)
    if isinstance(value, Plain):
        if is_none:
            return Const(None) if value.may_be_none or not value.kind else None
        return Plain(value.kind, value.traits)
    if value is UNKNOWN:
        return UNKNOWN
    return None if is_none else value


def truth(value: Value) -> bool | None:
    """What `bool(value)` is; None when it may be either."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Output):
        return None if value.may_be_none else True
    if isinstance(value, ListValue | DictValue):
        return True if value.items and value.rest is None else None
    if isinstance(value, FilePath):
        return True
    if isinstance(value, SdkObject):
        return True if value.is_resource else None
    if isinstance(value, Either):
        found = {truth(each) for each in value.members}
        return found.pop() if len(found) == 1 else None
    return None


def merge(scope: Scope, before: dict[str, Value], ways: list[dict[str, Value]]) -> None:
    """The names after several ways through the program that meet again."""
    names: dict[str, Value] = {}
    for name in dict.fromkeys(name for way in ways for name in way):
        if name.startswith((".", "?")):
            if name in before:
                names[name] = before[name]
            continue
        found = [way[name] for way in ways if name in way]
        first = found[0]
        names[name] = first if all(each is first for each in found) else join(found)
    scope.names.clear()
    scope.names.update(names)
