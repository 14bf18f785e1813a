"""Attributes."""

from __future__ import annotations

import ast
import difflib
import posixpath
import re
from typing import Any, Final

from stackwright.source import traits
from stackwright.source.facts import MissingAttribute, WrongShape
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.sdk.declarations import Declaration
from stackwright.source.values import (
    UNKNOWN,
    Bound,
    ClassValue,
    Const,
    DictValue,
    Either,
    FilePath,
    Function,
    Instance,
    Library,
    ListValue,
    ModuleValue,
    Output,
    Plain,
    Scope,
    SdkModule,
    SdkName,
    SdkObject,
    Super,
    Value,
    alternatives,
    join,
    resolved,
)

OUTPUT_METHODS: Final = frozenset({"apply", "get", "future", "is_known", "is_secret", "resources", "recover"})
_RESOURCE: Final = frozenset({"urn", "id", "pulumi_resource_type", "pulumi_resource_name", "get_provider"})
_OF_CHANGING: Final = frozenset({"hex", "int", "year", "month", "day", "hour", "minute", "second", "microsecond"})
_LIBRARY_TYPES: Final = {"int": "int", "float": "float", "bool": "bool", "str": "str"}


def attribute(machine: Machine, value: Value, name: str, node: ast.expr, scope: Scope) -> Value:
    if isinstance(value, Either):
        found = [attribute(machine, each, name, node, scope) for each in value.members if each != Const(None)]
        return join(found) if found else UNKNOWN
    if isinstance(value, SdkModule):
        return _of_module(machine, value, name, node, scope)
    if isinstance(value, SdkName):
        return _of_name(machine, value, name, node, scope)
    if isinstance(value, SdkObject):
        return _of_object(machine, value, name, node, scope)
    if isinstance(value, Output):
        return _of_output(machine, value, name, node, scope)
    if isinstance(value, Instance):
        return of_instance(machine, value, name, node, scope)
    if isinstance(value, ModuleValue):
        return _of_project_module(machine, value, name)
    if isinstance(value, ClassValue):
        return _of_class(machine, value, name)
    if isinstance(value, Super):
        return _of_super(value, name)
    if isinstance(value, FilePath):
        return _of_path(value, name)
    if isinstance(value, Library):
        return Library(f"{value.name}.{name}")
    if isinstance(value, DictValue | ListValue):
        return _of_container(machine, value, name, node, scope)
    if isinstance(value, Plain) and name in _OF_CHANGING and traits.changing(value.traits):
        return Plain("str", value.traits)
    if isinstance(value, Const | Plain | Function | Bound):
        return Bound(value, name)
    return Bound(UNKNOWN, name) if name == "apply" else UNKNOWN


# ---- of SDKs ---------------------------------------------------------------------------------------------------------


def _of_module(machine: Machine, value: SdkModule, name: str, node: ast.expr, scope: Scope) -> Value:
    found = sdk_name(machine, value, name)
    if found is not None:
        return found
    names = value.package.names(value.module)
    if names is not None and not name.startswith("_") and not machine.is_guarded("AttributeError", "ImportError"):
        _missing(machine, value.name, name, node, scope, [*names, *_submodules(value)])
    return UNKNOWN


def _submodules(value: SdkModule) -> list[str]:
    place = value.package.folder.joinpath(*value.module.split(".")) if value.module else value.package.folder
    return [each.parent.name for each in place.glob("*/__init__.py")] if place.is_dir() else []


def sdk_name(machine: Machine, value: SdkModule, name: str) -> Value | None:
    """What a module of an SDK has by that name; None when it has no such thing."""
    declared = value.package.declaration(value.module, name)
    if declared is not None and not (declared.kind == "other" and value.package.submodule(value.module, name)):
        return SdkName(value.package, value.module, declared)
    inner = value.package.submodule(value.module, name)
    if inner is not None:
        return SdkModule(value.package, inner)
    if value.package.names(value.module) is None:
        return Library(f"{value.name}.{name}")
    return None


def _of_name(machine: Machine, value: SdkName, name: str, node: ast.expr, scope: Scope) -> Value:
    declared = value.declaration
    if declared.kind == "enum":
        return _of_enum(machine, value, name, node, scope)
    if declared.name == "Output" and value.package.name == "pulumi" and not name.startswith("_"):
        if name not in declared.methods and not machine.is_guarded("AttributeError"):
            _missing(machine, "pulumi.Output", name, node, scope, list(declared.methods))
            return UNKNOWN
        return Library(f"pulumi.Output.{name}")
    return Bound(value, name)


def _of_enum(machine: Machine, value: SdkName, name: str, node: ast.expr, scope: Scope) -> Value:
    members = value.declaration.attributes
    if name in members:
        text = members[name].strip().strip("\"'")
        return Const(text)
    if name.isupper() and members and not machine.is_guarded("AttributeError"):
        _missing(machine, value.name, name, node, scope, list(members))
    return UNKNOWN


def _of_object(machine: Machine, value: SdkObject, name: str, node: ast.expr, scope: Scope) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    declared = value.of.declaration
    if declared.name == "Config" and value.of.package.name == "pulumi":
        if name not in declared.methods | set(declared.attributes) and not machine.is_guarded("AttributeError"):
            _missing(machine, "pulumi.Config", name, node, scope, _public(declared))
        return Bound(value, name)
    if declared.kind == "args":
        return value.given.get(name, UNKNOWN)
    if name in declared.methods or name.startswith("_"):
        return Bound(value, name)
    if declared.kind == "class":  # written by hand: `StackReference`, options, assets
        if name == "outputs" or declared.attributes.get(name, "").startswith("Output["):
            return Output(UNKNOWN, shown(node))
        return (
            Output(Plain("str"), shown(node))
            if name in ("urn", "id") and declared.name == "StackReference"
            else UNKNOWN
        )
    annotation = declared.attributes.get(name)
    if annotation is None and name in _RESOURCE and declared.kind == "resource":
        return Output(Plain("str"), shown(node)) if name in ("urn", "id") else UNKNOWN
    if annotation is None:
        if not machine.is_guarded("AttributeError") and not declared.is_open:
            _missing(machine, value.of.name, name, node, scope, _public(declared))
        return UNKNOWN
    if declared.kind == "resource":
        return Output(inner_of(annotation), shown(node))
    return inner_of(annotation)


def _public(declared: Declaration) -> list[str]:
    return [name for name in (*declared.attributes, *declared.methods) if not name.startswith("_")]


def inner_of(annotation: str) -> Value:
    """What is known of a value by its annotation in an SDK."""
    text = annotation.removeprefix("pulumi.Output[").removesuffix("]").replace("_builtins.", "")
    may_be_none = text.startswith("Optional[")
    text = text.removeprefix("Optional[").rstrip("]") if may_be_none else text
    if text in _LIBRARY_TYPES:
        return Plain(text, may_be_none=may_be_none)
    if text.startswith("Sequence[") and not may_be_none:
        return ListValue([], inner_of(text.removeprefix("Sequence[").removesuffix("]")))
    if text.startswith("Mapping[str,") and not may_be_none:
        return DictValue({}, UNKNOWN)
    return UNKNOWN


def _of_output(machine: Machine, value: Output, name: str, node: ast.expr, scope: Scope) -> Value:
    if name in OUTPUT_METHODS:
        return Bound(value, name)
    if name.startswith("_"):
        return UNKNOWN
    inner = resolved(value)
    found: list[Value] = []
    for each in alternatives(inner):
        known = isinstance(each, SdkObject) and not each.is_resource
        found.append(attribute(machine, each, name, node, scope) if known else UNKNOWN)
    return Output(join(found), shown(node))


def _missing(machine: Machine, owner: str, name: str, node: ast.expr, scope: Scope, known: list[str]) -> None:
    suggestions = tuple(close(name, known))
    machine.report(MissingAttribute(_end(machine, node, scope), owner, name, suggestions))


def _end(machine: Machine, node: ast.expr, scope: Scope) -> Any:
    """Where the name itself stands, after the last dot."""
    whole = machine.place(node, scope)
    if not isinstance(node, ast.Attribute) or node.end_lineno is None or node.end_col_offset is None:
        return whole
    column = node.end_col_offset - len(node.attr) + 1
    return type(whole)(whole.file, node.end_lineno, column, whole.end_line, whole.end_column)


def close(name: str, known: list[str]) -> list[str]:
    """Names that may have been meant: spelled alike, or the same words in another order or case."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if snake in known and snake != name:
        return [snake]
    folded = {each.lower().replace("_", ""): each for each in known}
    same = folded.get(name.lower().replace("_", ""))
    if same is not None:
        return [same]
    found = difflib.get_close_matches(name, known, n=3, cutoff=0.75)
    words = set(snake.split("_"))
    if not found and len(words) > 1:
        found = [each for each in known if words < set(each.split("_"))][:2]
    return found or [each for each in known if each.endswith(f"_{snake}") or each.startswith(f"{snake}_")][:2]


# ---- of the project --------------------------------------------------------------------------------------------------


def _of_project_module(machine: Machine, value: ModuleValue, name: str) -> Value:
    found = value.scope.names.get(name)
    if found is not None:
        return found
    inner = f"{value.name}.{name}"
    return machine.load(inner) if machine.project.module(inner) is not None else UNKNOWN


def of_instance(machine: Machine, value: Instance, name: str, node: ast.expr, scope: Scope) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    member = value.of.find(name)
    if isinstance(member, Function):
        if member.form == "property":
            return machine.call(Bound(value, name, member), Arguments(), node, scope)
        return member if member.form == "static" else Bound(value, name, member)
    if member is not None:
        return member
    if name == "urn" and any(isinstance(base, SdkName) for base in value.of.foreign()):
        return Output(Plain("str"), shown(node))
    if name in value.of.fields:
        return value.of.fields[name] or UNKNOWN
    for base in value.of.foreign():
        if isinstance(base, SdkName) and base.declaration.kind == "resource":
            return _of_object(machine, SdkObject(base), name, node, scope)
    return Bound(value, name) if any(True for _ in value.of.foreign()) else UNKNOWN


def _of_class(machine: Machine, value: ClassValue, name: str) -> Value:
    member = value.find(name)
    if isinstance(member, Function) and member.form == "class":
        return Bound(value, name, member)
    if member is not None:
        return member
    return Bound(value, name) if any(True for _ in value.foreign()) else UNKNOWN


def _of_super(value: Super, name: str) -> Value:
    for base in value.above.bases:
        if isinstance(base, ClassValue):
            member = base.find(name)
            if isinstance(member, Function):
                return member if member.form == "static" else Bound(value.receiver, name, member)
    return Library(f"super.{name}")


def _of_container(machine: Machine, value: DictValue | ListValue, name: str, node: ast.expr, scope: Scope) -> Value:
    methods = dir(list) + dir(set) if isinstance(value, ListValue) else dir(dict)
    if value.of_all and name not in methods:
        given = "list" if isinstance(value, ListValue) else "dict"
        subject = shown(node.value) if isinstance(node, ast.Attribute) else shown(node)
        machine.report(WrongShape(machine.place(node, scope), given, "attribute", subject, name))
        return UNKNOWN
    return Bound(value, name)


def _of_path(value: FilePath, name: str) -> Value:
    text = value.text
    if name == "parent":
        return FilePath(posixpath.dirname(text) if text is not None else None, value.traits)
    if name in ("name", "stem", "suffix"):
        if text is None:
            return Plain("str", value.traits)
        base = posixpath.basename(text)
        stem, suffix = posixpath.splitext(base)
        return Const({"name": base, "stem": stem, "suffix": suffix}[name])
    if name == "parents":
        ups: list[Value] = []
        while text is not None and posixpath.dirname(text) != text:
            text = posixpath.dirname(text)
            ups.append(FilePath(text, value.traits))
        return ListValue(ups, None if ups else FilePath(None, value.traits))
    return Bound(value, name)
