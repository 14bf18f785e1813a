"""Calls of an SDK: resources, their arguments, look-ups, config, assets."""

from __future__ import annotations

import ast
import re
from typing import Final

from stackwright.source import traits
from stackwright.source.facts import (
    LiteralSecret,
    MissingArgument,
    PerhapsNoProvider,
    Place,
    ResourceInApply,
    UnknownArgument,
    Unstable,
)
from stackwright.source.reading import assets, operations
from stackwright.source.reading.attributes import close, inner_of
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.sdk.declarations import Declaration, Parameter
from stackwright.source.values import (
    NONE,
    UNKNOWN,
    Const,
    DictValue,
    ListValue,
    Output,
    Plain,
    Scope,
    SdkName,
    SdkObject,
    Value,
    alternatives,
    is_output,
    join,
)
from stackwright.source.values import traits as traits_of

_OF_ALL_RESOURCES: Final = frozenset({"resource_name", "opts", "args", "__props__", "__opts__", "__name__"})
_ASSETS: Final = frozenset({"FileArchive", "FileAsset"})
_SECRETS: Final = re.compile(r"(^|_)(password|secret_key|secret_string|auth_token|access_key|private_key|api_key)$")
# What somebody is to put a secret in the place of, by hand or by a pipeline.
_PLACEHOLDER: Final = re.compile(
    r"placeholder|replace|^<.*>$|^your[-_ ]|_here$|^to[-_ ]?be[-_ ]|^(xx+|\*+|tbd|todo)$|set[-_ ](me|manually|later)",
    re.IGNORECASE,
)
_HARMLESS: Final = frozenset({"test", "mock", "dummy", "fake", "mock_access_key", "mock_secret_key", "none", "foobar"})
_IDENTITY: Final = re.compile(r"^(name|bucket|identifier|family|\w+_name|\w*identifier)$")


def call(machine: Machine, callee: SdkName, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    kind = callee.declaration.kind
    if kind == "resource":
        return _resource(machine, callee, arguments, node, scope)
    if kind == "args":
        return _args(machine, callee, arguments, node, scope)
    if callee.package.name == "pulumi":
        return _of_pulumi(machine, callee, arguments, node, scope)
    if kind == "function":
        return _look_up(machine, callee, arguments, node, scope)
    return UNKNOWN


# ---- resources -------------------------------------------------------------------------------------------------------


def _resource(machine: Machine, callee: SdkName, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if machine.applies:
        related = ((machine.applies[-1], "apply"),)
        machine.report(ResourceInApply(machine.place(node, scope), callee.name, related=related))
    name = arguments.get(0, "resource_name")
    if name is not None and arguments.positional:
        if is_output(name):
            operations.used(machine, "name", arguments.nodes[0], name, scope)
        _stable(machine, "the resource's name", name, machine.place(arguments.nodes[0], scope), callee)
    keywords = {key: value for key, value in arguments.keywords.items() if key not in _OF_ALL_RESOURCES}
    is_open = arguments.open is not None or arguments.rest is not None or len(arguments.positional) > 2
    for given in (arguments.get(1, "args"), arguments.keywords.get("args")):
        if isinstance(given, SdkObject) and given.of.declaration.kind == "args":
            keywords |= {key: each for key, each in given.given.items() if key in callee.declaration.parameters}
            is_open = is_open or given.label == "open"
        elif given is not None and not isinstance(given, SdkObject | Const):
            is_open = True
    _check(machine, callee, keywords, arguments, node, scope, is_open or _adopts(arguments))
    assets.packed(machine, keywords.get("code"))
    for key, value in keywords.items():
        if _IDENTITY.match(key):
            _stable(machine, key, value, arguments.places.get(key) or machine.place(node, scope), callee)
    return SdkObject(callee, keywords)


def _adopts(arguments: Arguments) -> bool:
    """Whether the options name an existing resource, or cannot be told: then nothing is demanded."""
    options = arguments.keywords.get("opts")
    if options is None and len(arguments.positional) > 1:
        options = arguments.positional[1]
    if options is None or options == NONE:
        return False
    return not isinstance(options, SdkObject) or options.label == "open" or bool({"urn", "id"} & options.given.keys())


def _args(machine: Machine, callee: SdkName, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    is_open = arguments.open is not None
    _check(machine, callee, arguments.keywords, arguments, node, scope, is_open)
    return SdkObject(callee, dict(arguments.keywords), label="open" if is_open else "")


def _check(
    machine: Machine,
    callee: SdkName,
    keywords: dict[str, Value],
    arguments: Arguments,
    node: ast.expr,
    scope: Scope,
    is_open: bool,
) -> None:
    """Compare the arguments with what the SDK has."""
    declared = callee.declaration
    if not declared.parameters and declared.is_open:
        return
    is_guarded = machine.is_guarded("TypeError")
    for key, value in keywords.items():
        place = arguments.places.get(key) or machine.place(node, scope)
        parameter = declared.parameters.get(key)
        if parameter is None:
            if not declared.is_open and not is_guarded:
                suggestions = tuple(close(key, list(declared.parameters)))
                version = callee.package.version
                machine.report(UnknownArgument(place, callee.name, key, suggestions, version=version))
            continue
        if parameter.nested:
            _nested(machine, callee, parameter, value, place)
        _secret(machine, key, value, place)
    missing = tuple(
        name
        for name, parameter in declared.parameters.items()
        if parameter.required and keywords.get(name, NONE) == NONE
    )
    if missing and not is_open and not is_guarded:
        machine.report(MissingArgument(machine.place(node, scope), callee.name, missing))


def _nested(machine: Machine, owner: SdkName, parameter: Parameter, value: Value, place: Place) -> None:
    """Look into dicts that stand for arguments, however deep."""
    declared = owner.package.declaration(owner.module, parameter.nested)
    if declared is None or parameter.form == "map":
        return
    for each in alternatives(value):
        if parameter.form == "list" and isinstance(each, ListValue):
            for element in each.elements():
                _keys(machine, owner, declared, element, place)
        elif parameter.form == "one":
            _keys(machine, owner, declared, each, place)


def _keys(machine: Machine, owner: SdkName, declared: Declaration, value: Value, place: Place) -> None:
    for each in alternatives(value):
        if not isinstance(each, DictValue):
            continue
        known = {spelling: told for name, told in declared.parameters.items() for spelling in _spellings(name, told)}
        for key, inner in each.items.items():
            if not isinstance(key, str):
                continue
            at = each.places.get(key, place)
            if key not in known:
                callee = f"{owner.name.rpartition('.')[0]}.{declared.name}"
                suggestions = tuple(close(key, list(declared.parameters)))
                version = owner.package.version
                machine.report(UnknownArgument(at, callee, key, suggestions, is_key=True, version=version))
            else:
                if known[key].nested:
                    _nested(machine, owner, known[key], inner, at)
                _secret(machine, key, inner, at)


def _spellings(name: str, parameter: Parameter) -> set[str]:
    first, *others = name.split("_")
    return {name, parameter.wire or name, first + "".join(each.capitalize() for each in others)}


def _secret(machine: Machine, key: str, value: Value, place: Place) -> None:
    is_text = isinstance(value, Const) and isinstance(value.value, str) and len(value.value) > 3
    if not (_SECRETS.search(key) and is_text) or _PLACEHOLDER.search(value.value):  # pyright: ignore
        return
    if value.value.lower() not in _HARMLESS:  # pyright: ignore
        machine.report(LiteralSecret(place, key))


def _stable(machine: Machine, argument: str, value: Value, place: Place, callee: SdkName) -> None:
    source = traits.changing(traits_of(value))
    if source:
        machine.report(Unstable(place, argument, source, callee.name))


def static(machine: Machine, owner: SdkName, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    """A method of a class, such as `Bucket.get`."""
    return SdkObject(owner) if owner.declaration.kind == "resource" and name == "get" else UNKNOWN


# ---- look-ups --------------------------------------------------------------------------------------------------------


def _look_up(machine: Machine, callee: SdkName, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    keywords = {key: value for key, value in arguments.keywords.items() if key != "opts"}
    _check(machine, callee, keywords, arguments, node, scope, True)
    result = callee.declaration.result
    later = result.startswith("pulumi.Output[")
    name = result.removeprefix("pulumi.Output[").removesuffix("]").removeprefix("Awaitable").strip("'\"")
    declared = callee.package.declaration(callee.module, name)
    found = SdkObject(SdkName(callee.package, callee.module, declared)) if declared is not None else None
    inner = found or inner_of(result)
    return Output(inner, shown(node)) if later else inner


# ---- pulumi ----------------------------------------------------------------------------------------------------------


def _of_pulumi(machine: Machine, callee: SdkName, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    name = callee.declaration.name
    if name in _ASSETS:
        return SdkObject(callee, assets.used(machine, name, arguments, node, scope))
    if name == "AssetArchive":
        assets.packed(machine, arguments.get(0, "assets"))
    if name in ("get_stack", "get_project", "get_organization"):
        return Plain("str")
    if callee.declaration.kind != "class":
        return UNKNOWN
    if not callee.declaration.is_open:
        _check(machine, callee, arguments.keywords, arguments, node, scope, True)
    if name in ("ResourceOptions", "InvokeOptions"):
        _provided(machine, arguments, node)
    label = "open" if arguments.open is not None else ""
    return SdkObject(callee, dict(arguments.keywords), label=label)


def _provided(machine: Machine, arguments: Arguments, node: ast.expr) -> None:
    """Note a provider that may be None. What no one calls may be given anything, so nothing is claimed of it."""
    given = alternatives(arguments.keywords.get("provider", UNKNOWN))
    place = arguments.places.get("provider")
    is_provider = any(isinstance(v, SdkObject) and v.of.declaration.name == "Provider" for v in given)
    if place is not None and is_provider and NONE in given and not machine.is_alone:
        written = [k.value for k in node.keywords if k.arg == "provider"] if isinstance(node, ast.Call) else []
        machine.report(PerhapsNoProvider(place, shown(written[0]) if written else "provider"))


# ---- config and stack references -------------------------------------------------------------------------------------

_KINDS: Final = {"": "str", "_bool": "bool", "_int": "int", "_float": "float"}


def method(
    machine: Machine, receiver: SdkObject, name: str, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    owner = receiver.of.declaration.name
    if receiver.of.package.name == "pulumi" and owner == "Config":
        return _setting(machine, name, arguments, node)
    if receiver.of.package.name == "pulumi" and owner == "StackReference":
        return Output(UNKNOWN, shown(node)) if name in ("get_output", "require_output") else UNKNOWN
    return UNKNOWN


def _setting(machine: Machine, name: str, arguments: Arguments, node: ast.expr) -> Value:
    verb, _, form = name.partition("_")
    secret = form.startswith("secret")
    form = form.removeprefix("secret").strip("_")
    kind = _KINDS.get(f"_{form}" if form else "")
    default = arguments.get(1, "default")
    may_be_none = verb == "get" and (default is None or default == NONE)
    if verb not in ("get", "require"):
        return UNKNOWN
    if secret:
        return Output(Plain(kind) if kind else UNKNOWN, shown(node), may_be_none)
    if kind is None:
        return UNKNOWN
    if may_be_none:
        told = frozenset({traits.SETTING + shown(node)}) if kind != "str" else frozenset[str]()
        return Plain(kind, told, may_be_none=True)
    return Plain(kind) if default is None or kind != "str" else join([default, Plain(kind)])
