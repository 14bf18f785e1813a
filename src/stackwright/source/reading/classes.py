"""Functions and classes of the project: defining and calling them."""

from __future__ import annotations

import ast
from typing import Final

from stackwright.source.facts import ResourceInApply
from stackwright.source.reading import types
from stackwright.source.reading.machine import Arguments, Flow, Machine
from stackwright.source.values import (
    NONE,
    UNKNOWN,
    Bound,
    ClassValue,
    DictValue,
    Function,
    Instance,
    Library,
    ListValue,
    Output,
    Scope,
    SdkName,
    Super,
    Value,
    alternatives,
    join,
)

_FORMS: Final = {
    "property": "property",
    "cached_property": "property",
    "staticmethod": "static",
    "classmethod": "class",
    "contextmanager": "context",
    "asynccontextmanager": "context",
}
_KEPT: Final = {"abstractmethod", "cache", "lru_cache", "wraps", "override", "overload", "final", "deprecated"}
_RECORDS: Final = {"dataclass", "dataclasses.dataclass", "define", "attrs.define", "attr.s", "frozen", "attrs.frozen"}
_RECORD_BASES: Final = {"typing.NamedTuple", "pydantic.BaseModel", "pydantic_settings.BaseSettings"}
_DEEPEST: Final = 24
_SAME: Final = 2


def decorated(machine: Machine, made: Function, decorators: list[ast.expr], scope: Scope) -> Value:
    """What a name stands for once the decorators are through with the function."""
    value: Value = made
    for decorator in reversed(decorators):
        name = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator).rpartition(".")[2]
        if name in _FORMS:
            made.form = _FORMS[name]
        elif name == "setter":
            return made
        elif name not in _KEPT:
            callee = machine.evaluate(decorator, scope)
            if isinstance(callee, Function):
                value = machine.call(callee, Arguments([value], nodes=[decorator]), decorator, scope)
    return value if value is not UNKNOWN else made


def define(machine: Machine, node: ast.ClassDef, scope: Scope) -> ClassValue:
    bases = tuple(machine.evaluate(base, scope) for base in node.bases if not isinstance(base, ast.Starred))
    made = ClassValue(node, scope, bases)
    machine.classes.append(made)
    inner = Scope(scope.module, outer=scope, is_class=True, owner=made)
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            made.fields[statement.target.id] = machine.evaluate(statement.value, inner) if statement.value else None
        machine.execute([statement], inner)
    made.members.update(inner.names)
    for member in made.members.values():
        if isinstance(member, Function):
            member.owner = made
    names = {ast.unparse(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}
    made.is_record = bool(names & _RECORDS)
    return made


# ---- functions -------------------------------------------------------------------------------------------------------


def call_function(
    machine: Machine, function: Function, arguments: Arguments, node: ast.expr, receiver: Value | None = None
) -> Value:
    """The value that a call gives, with the function read for these arguments."""
    machine.visited.add(id(function.node))
    inner = Scope(function.scope.module, outer=function.scope, owner=function.owner)
    bind(machine, function, arguments, inner, receiver)
    if len(machine.stack) >= _DEEPEST or machine.stack.count(function.node) >= _SAME:
        return UNKNOWN
    machine.stack.append(function.node)
    try:
        if isinstance(function.node, ast.Lambda):
            return machine.evaluate(function.node.body, inner)
        if machine.execute(function.node.body, inner) is Flow.NEXT:
            inner.returned.append(NONE)
    finally:
        machine.stack.pop()
    if inner.yielded:
        several = ListValue([], join(inner.yielded), "generator")
        return inner.yielded[0] if function.form == "context" else several
    value = join(inner.returned) if inner.returned else NONE
    return types.unless_known(value, types.declared(machine, function.node.returns, function.scope))


def parameters(told: ast.arguments) -> list[ast.arg]:
    return [*told.posonlyargs, *told.args]


def bind(machine: Machine, function: Function, arguments: Arguments, inner: Scope, receiver: Value | None) -> None:
    """Give every parameter its value."""
    told = function.node.args
    named = parameters(told)
    given = ([receiver] if receiver is not None else []) + arguments.positional
    for place, parameter in enumerate(named):
        if place < len(given):
            inner.names[parameter.arg] = _passed(function, parameter, given[place])
        else:
            inner.names[parameter.arg] = _by_name(machine, function, parameter, arguments, arguments.rest)
    for parameter in told.kwonlyargs:
        inner.names[parameter.arg] = _by_name(machine, function, parameter, arguments, None)
    if told.vararg is not None:
        inner.names[told.vararg.arg] = ListValue(
            list(given[len(named) :]), arguments.rest, "tuple", depth=machine.branches
        )
    if told.kwarg is not None:
        taken = {parameter.arg for parameter in (*told.args, *told.kwonlyargs)}
        others = {name: value for name, value in arguments.keywords.items() if name not in taken}
        places = {name: place for name, place in arguments.places.items() if name in others}
        inner.names[told.kwarg.arg] = DictValue(others, arguments.open, depth=machine.branches, places=places)


def _by_name(
    machine: Machine, function: Function, parameter: ast.arg, arguments: Arguments, rest: Value | None
) -> Value:
    if parameter.arg in arguments.keywords:
        return _passed(function, parameter, arguments.keywords[parameter.arg])
    default = function.defaults.get(parameter.arg)
    if rest is not None or arguments.open is not None:
        told = types.declared(machine, parameter.annotation, function.scope)
        if told is not UNKNOWN:
            return told
        return arguments.open if arguments.open is not None and default is None else rest or UNKNOWN
    if default is not None:
        return default
    return types.declared(machine, parameter.annotation, function.scope)


def _passed(function: Function, parameter: ast.arg, value: Value) -> Value:
    """An Output for a parameter that may also be None is one whose presence may be asked."""
    default = function.defaults.get(parameter.arg)
    if default == NONE or types.may_be_absent(parameter.annotation):
        return join([_optional(each) for each in alternatives(value)])
    return value


def _optional(value: Value) -> Value:
    return Output(value.inner, value.origin, may_be_none=True) if isinstance(value, Output) else value


# ---- classes ---------------------------------------------------------------------------------------------------------


def instantiate(machine: Machine, kind: ClassValue, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    machine.visited.add(id(kind.node))
    names = {types.name_of(base) for base in kind.foreign()}
    if "typing.TypedDict" in names or "typing_extensions.TypedDict" in names:
        return DictValue(
            dict(arguments.keywords), arguments.open, depth=machine.branches, places=dict(arguments.places)
        )
    if any(name.startswith("enum.") for name in names):
        return UNKNOWN
    is_resource = any(_is_resource(base) for base in kind.foreign())
    made = Instance(kind, depth=machine.branches, is_open=bool(names))
    machine.instances[id(kind)] = made
    applies = machine.applies
    if is_resource and applies:
        where = ((applies[-1], "apply"),)
        machine.report(ResourceInApply(machine.place(node, scope), kind.node.name, related=where))
        machine.applies = []
    try:
        _construct(machine, kind, made, arguments, node, names)
    finally:
        machine.applies = applies
    return made


def _construct(
    machine: Machine, kind: ClassValue, made: Instance, arguments: Arguments, node: ast.expr, names: set[str]
) -> None:
    constructor = kind.find("__init__")
    if isinstance(constructor, Function):
        call_function(machine, constructor, arguments, node, made)
    elif any(each.is_record for each in kind.lineage()) or names & _RECORD_BASES:
        _fill(machine, kind, made, arguments)
        after = kind.find("__post_init__")
        if isinstance(after, Function):
            call_function(machine, after, Arguments(), node, made)


def _is_resource(base: Value) -> bool:
    if isinstance(base, SdkName):
        name = base.declaration.name
        return base.declaration.kind == "resource" or name in (
            "ComponentResource",
            "CustomResource",
            "ProviderResource",
            "Resource",
        )
    return isinstance(base, Library) and base.name in ("pulumi.ComponentResource", "pulumi.dynamic.Resource")


def _fill(machine: Machine, kind: ClassValue, made: Instance, arguments: Arguments) -> None:
    """The fields of a dataclass, or of its like."""
    place = 0
    for each in reversed(list(kind.lineage())):
        for name, default in each.fields.items():
            annotation = _annotation(each, name)
            if annotation is not None and "ClassVar" in ast.unparse(annotation):
                continue
            value = arguments.get(place, name)
            place += 1
            if value is None:
                unseen = arguments.open is not None or arguments.rest is not None
                declared = types.declared(machine, annotation, each.scope)
                value = declared if unseen or default is None else _default(machine, default, each)
            elif default == NONE or types.may_be_absent(annotation):
                value = join([_optional(one) for one in alternatives(value)])
            made.attributes[name] = value


def _annotation(kind: ClassValue, name: str) -> ast.expr | None:
    fields = [statement for statement in kind.node.body if isinstance(statement, ast.AnnAssign)]
    return next(
        (each.annotation for each in fields if isinstance(each.target, ast.Name) and each.target.id == name), None
    )


def _default(machine: Machine, default: Value, kind: ClassValue) -> Value:
    if isinstance(default, DictValue) and "$factory" in default.items:
        at = ast.copy_location(ast.Constant(None), kind.node)
        return machine.call(default.items["$factory"], Arguments(), at, kind.scope)
    return default


def super_of(machine: Machine, scope: Scope) -> Value:
    """What `super()` gives in a method."""
    inside: Scope | None = scope
    while inside is not None and inside.owner is None:
        inside = inside.outer
    if inside is None or inside.owner is None:
        return UNKNOWN
    receiver = next(iter(inside.names.values()), UNKNOWN)
    if isinstance(receiver, Instance | ClassValue):
        return Super(receiver, inside.owner)
    return UNKNOWN


def bound_call(machine: Machine, bound: Bound, arguments: Arguments, node: ast.expr) -> Value:
    assert isinstance(bound.function, Function)
    if bound.function.form == "static":
        return call_function(machine, bound.function, arguments, node)
    return call_function(machine, bound.function, arguments, node, bound.receiver)
