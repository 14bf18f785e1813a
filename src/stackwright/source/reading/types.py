"""Classes as the program names them: in annotations and in `isinstance`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

from stackwright.source.reading.machine import Arguments, Machine
from stackwright.source.values import (
    UNKNOWN,
    ClassValue,
    Const,
    DictValue,
    FilePath,
    Function,
    Instance,
    Library,
    ListValue,
    Output,
    Plain,
    Scope,
    SdkName,
    SdkObject,
    Value,
    alternatives,
)

_BUILTIN: Final[dict[str, type]] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.list": list,
    "builtins.dict": dict,
    "builtins.tuple": tuple,
    "builtins.set": set,
    "builtins.bytes": bytes,
    "collections.abc.Mapping": dict,
    "collections.abc.Sequence": list,
    "typing.Mapping": dict,
    "typing.Sequence": list,
}
_ABSENT: Final = {"Optional", "Input", "InputType"}


def named(machine: Machine, node: ast.expr, scope: Scope) -> list[Value]:
    """The classes in the second argument of `isinstance`."""
    if isinstance(node, ast.Tuple):
        return [each for part in node.elts for each in named(machine, part, scope)]
    if isinstance(node, ast.BinOp):
        return [*named(machine, node.left, scope), *named(machine, node.right, scope)]
    value = machine.evaluate(node, scope)
    return list(value.items) if isinstance(value, ListValue) and value.rest is None else [value]


def is_a(value: Value, kinds: Sequence[Value]) -> bool | None:
    """Whether a value is an instance of one of the classes; None when that cannot be told."""
    found = [_is_one(value, kind) for kind in kinds]
    return True if True in found else None if None in found or not found else False


def _is_one(value: Value, kind: Value) -> bool | None:
    if isinstance(value, Output):
        if name_of(kind).startswith("pulumi.") and name_of(kind).endswith("Output"):
            return None if value.may_be_none else True
        return False if isinstance(kind, SdkName | ClassValue) or name_of(kind) in _BUILTIN else None
    wanted = _BUILTIN.get(name_of(kind))
    if isinstance(value, Const):
        return isinstance(value.value, wanted) if wanted else False if isinstance(kind, SdkName) else None
    if isinstance(value, Plain) and value.kind:
        if wanted is None:
            return False if isinstance(kind, SdkName) else None
        return value.kind == wanted.__name__ and (None if value.may_be_none else True)
    if isinstance(value, ListValue | DictValue | FilePath | SdkObject | Instance | ClassValue | Function):
        return _is_object(value, kind, wanted)
    return None


def _is_object(value: Value, kind: Value, wanted: type | None) -> bool | None:
    if isinstance(value, ListValue):
        return wanted is not None and wanted.__name__ == value.kind
    if isinstance(value, DictValue):
        return wanted is dict
    if isinstance(value, Instance) and isinstance(kind, ClassValue):
        return kind in tuple(value.of.lineage())
    if isinstance(value, SdkObject) and isinstance(kind, SdkName):
        return value.of.name == kind.name or None
    return False if wanted is not None else None


def of_kind(value: Value, kinds: Sequence[Value], outcome: bool) -> Value | None:
    """The value, as far as it can be such an instance; None when it cannot."""
    known = is_a(value, kinds)
    if known is (not outcome):
        return None
    if isinstance(value, Output):
        return Output(value.inner, value.origin) if outcome else Const(None)
    if value is UNKNOWN and outcome and len(kinds) == 1 and name_of(kinds[0]) == "pulumi.Output":
        return Output(UNKNOWN)
    return value


def name_of(value: Value) -> str:
    """The dotted name of something that is not the project's; empty for everything else."""
    return value.name if isinstance(value, Library | SdkName) else ""


# ---- annotations -----------------------------------------------------------------------------------------------------


def may_be_absent(annotation: ast.expr | None) -> bool:
    """Whether None may be passed."""
    if annotation is None:
        return False
    text = ast.unparse(annotation)
    return "Optional[" in text or "None" in text


def declared(machine: Machine, annotation: ast.expr | None, scope: Scope, depth: int = 0) -> Value:
    """What an annotation alone says of a value. `Input[…]` says nothing: only a caller makes an Output of it."""
    if annotation is None or depth > 6:
        return UNKNOWN
    if isinstance(annotation, ast.Constant):
        if not isinstance(annotation.value, str):
            return Const(None) if annotation.value is None else UNKNOWN
        try:
            return declared(machine, ast.parse(annotation.value, mode="eval").body, scope, depth + 1)
        except SyntaxError:
            return UNKNOWN
    if isinstance(annotation, ast.BinOp):
        sides = [declared(machine, part, scope, depth + 1) for part in (annotation.left, annotation.right)]
        return _or_none(sides)
    if isinstance(annotation, ast.Subscript):
        return _generic(machine, annotation, scope, depth)
    if not isinstance(annotation, ast.Name | ast.Attribute):
        return UNKNOWN
    return _instance(machine, machine.evaluate(annotation, scope))


def _or_none(sides: list[Value]) -> Value:
    others = [each for side in sides for each in alternatives(side) if each != Const(None)]
    if len(others) == 1 and isinstance(others[0], Output):
        return Output(others[0].inner, others[0].origin, may_be_none=len(sides) > len(others))
    return UNKNOWN


def _generic(machine: Machine, annotation: ast.Subscript, scope: Scope, depth: int) -> Value:
    name = ast.unparse(annotation.value).rpartition(".")[2]
    inner = annotation.slice
    if name == "Output" and name_of(machine.evaluate(annotation.value, scope)) == "pulumi.Output":
        return Output(declared(machine, inner, scope, depth + 1), may_be_none=False)
    if name == "Optional":
        return _or_none([declared(machine, inner, scope, depth + 1), Const(None)])
    if name in ("list", "List", "Sequence", "Iterable", "set", "tuple", "Tuple") and not isinstance(inner, ast.Tuple):
        return ListValue([], declared(machine, inner, scope, depth + 1))
    if name in ("dict", "Dict", "Mapping") and isinstance(inner, ast.Tuple) and len(inner.elts) == 2:
        return DictValue({}, declared(machine, inner.elts[1], scope, depth + 1))
    if name in ("Final", "ClassVar", "Annotated", "NotRequired", "Required"):
        first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
        return declared(machine, first, scope, depth + 1)
    return UNKNOWN


def _instance(machine: Machine, kind: Value) -> Value:
    if isinstance(kind, SdkName) and kind.declaration.kind == "resource":
        return SdkObject(kind)
    if name_of(kind) == "pulumi.Output":
        return Output(UNKNOWN)
    if name_of(kind) == "pulumi.Config":
        return SdkObject(kind) if isinstance(kind, SdkName) else UNKNOWN
    if isinstance(kind, ClassValue):
        return any_instance(machine, kind)
    wanted = _BUILTIN.get(name_of(kind))
    return Plain(wanted.__name__) if wanted in (str, int, float, bool) else UNKNOWN


def any_instance(machine: Machine, kind: ClassValue) -> Value:
    """An instance that a caller whom nobody sees may pass: with what the annotations of its class say."""
    known = machine.instances.get(id(kind))
    if known is None:
        known = machine.instances[id(kind)] = Instance(kind, is_open=True)
        arguments = Arguments(rest=UNKNOWN, open=UNKNOWN)
        made = machine.call(kind, arguments, kind.node.bases[0] if kind.node.bases else _NOWHERE, kind.scope)
        if isinstance(made, Instance):
            known.attributes.update(made.attributes)
        known.is_open = True
    return known


_NOWHERE: Final = ast.Constant(None, lineno=1, col_offset=0)


def unless_known(value: Value, otherwise: Value) -> Value:
    """The value, or what an annotation says where nothing is known of it."""
    return otherwise if value is UNKNOWN and not isinstance(otherwise, Plain) else value
