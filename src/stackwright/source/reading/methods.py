"""Methods of texts, lists, dicts and paths."""

from __future__ import annotations

import ast
import posixpath
from typing import Final

from stackwright.source import traits
from stackwright.source.reading import iterating, operations
from stackwright.source.reading.machine import Arguments, Machine
from stackwright.source.values import (
    NONE,
    UNKNOWN,
    Const,
    DictValue,
    FilePath,
    ListValue,
    Plain,
    Scope,
    Value,
    find_output,
    is_output,
    join,
)
from stackwright.source.values import traits as traits_of

_GIVE_TEXT: Final = frozenset(
    {"capitalize", "center", "ljust", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rjust", "rstrip"}
    | {"strip", "swapcase", "title", "translate", "upper", "zfill", "strftime", "isoformat", "hex", "decode"}
)
_GIVE_NUMBER: Final = {"count": "int", "find": "int", "index": "int", "rfind": "int", "timestamp": "float"}


def call(machine: Machine, receiver: Value, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if isinstance(receiver, DictValue):
        return _of_dict(machine, receiver, name, arguments, node, scope)
    if isinstance(receiver, ListValue):
        return _of_list(machine, receiver, name, arguments, node, scope)
    if isinstance(receiver, FilePath):
        return _of_path(machine, receiver, name, arguments, node, scope)
    if isinstance(receiver, Const | Plain):
        return _of_text(machine, receiver, name, arguments, node, scope)
    return UNKNOWN


def _of_text(
    machine: Machine, receiver: Const | Plain, name: str, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    found = set(receiver.traits)
    if name == "format":
        given = [*zip(arguments.nodes, arguments.positional, strict=False)]
        named = [(_keyword(node, key), value) for key, value in arguments.keywords.items()]
        for at, value in (*given, *named):
            operations.text_in(machine, "format", at, value, scope)
            found |= traits_of(value)
        return Plain("str", traits.passed_on(found))
    if name == "join" and arguments.positional:
        at = arguments.nodes[0]
        several = iterating.elements(machine, arguments.positional[0], at, scope)
        inside = next((each for each in several.elements() if find_output(each) is not None), None)
        if inside is not None:
            operations.used(machine, "join", at, inside, scope)
        return Plain("str", traits.passed_on(found.union(*(traits_of(each) for each in several.elements()))))
    for at, value in zip(arguments.nodes, arguments.positional, strict=False):
        if is_output(value) and name in ("replace", "startswith", "endswith", "removeprefix", "removesuffix", "split"):
            operations.used(machine, "concatenation", at, value, scope)
        found |= traits_of(value)
    kept = traits.passed_on(found)
    if name in _GIVE_TEXT:
        return _worked_out(receiver, name, arguments) or Plain("str", kept)
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return ListValue([], Plain("str", kept))
    if name in _GIVE_NUMBER:
        return Plain(_GIVE_NUMBER[name], kept)
    if name.startswith(("is", "starts", "ends")):
        return Plain("bool")
    return Plain("", kept) if name == "encode" or receiver.traits else UNKNOWN


def _worked_out(receiver: Const | Plain, name: str, arguments: Arguments) -> Value | None:
    if not isinstance(receiver, Const) or not isinstance(receiver.value, str):
        return None
    given = [each.value for each in arguments.positional if isinstance(each, Const) and isinstance(each.value, str)]
    if len(given) != len(arguments.positional) or arguments.keywords:
        return None
    if name in ("lower", "upper", "strip", "title", "capitalize") and not given:
        return Const(getattr(receiver.value, name)(), receiver.traits)
    if name == "replace" and len(given) == 2:
        return Const(receiver.value.replace(given[0], given[1]), receiver.traits)
    return None


def _keyword(node: ast.expr, key: str) -> ast.expr:
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == key:
                return keyword.value
    return node


# ---- containers ------------------------------------------------------------------------------------------------------


def _of_dict(
    machine: Machine, owner: DictValue, name: str, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    key = arguments.get(0, "key")
    known = key.value if isinstance(key, Const) and iterating.is_key(key.value) else None
    if name in ("get", "pop", "setdefault") and key is not None:
        default = arguments.get(1, "default") or NONE
        found = owner.items.get(known) if known is not None else None
        if name == "pop" and known is not None and machine.branches <= owner.depth:
            owner.items.pop(known, None)
        if found is not None:
            return found
        if name == "setdefault":
            iterating.put(machine, owner, key, default, None, is_certain=True)
        others = list(owner.values()) if known is None else [owner.rest] if owner.rest is not None else []
        return join([*others, default])
    if name == "items":
        pairs: list[Value] = [ListValue([Const(each), value], None, "tuple") for each, value in owner.items.items()]
        return ListValue(pairs, ListValue([UNKNOWN, owner.rest], None, "tuple") if owner.rest is not None else None)
    if name == "keys":
        return ListValue([Const(each) for each in owner.items], UNKNOWN if owner.rest is not None else None)
    if name == "values":
        return ListValue(list(owner.items.values()), owner.rest)
    if name == "copy":
        return DictValue(dict(owner.items), owner.rest, depth=machine.branches, places=dict(owner.places))
    if name == "update":
        _update(machine, owner, arguments)
        return NONE
    return UNKNOWN


def _update(machine: Machine, owner: DictValue, arguments: Arguments) -> None:
    certain = machine.branches <= owner.depth
    for value in arguments.positional:
        if isinstance(value, DictValue):
            for key, each in value.items.items():
                iterating.put(machine, owner, Const(key), each, value.places.get(key), is_certain=certain)
            if value.rest is not None:
                owner.rest = value.rest
        else:
            owner.rest = UNKNOWN
    for key, each in arguments.keywords.items():
        iterating.put(machine, owner, Const(key), each, arguments.places.get(key), is_certain=certain)
    if arguments.open is not None:
        owner.rest = arguments.open


def _of_list(
    machine: Machine, owner: ListValue, name: str, arguments: Arguments, node: ast.expr, scope: Scope
) -> Value:
    given = arguments.positional
    if name in ("append", "add", "appendleft") and given:
        if machine.branches > owner.depth:
            owner.rest = given[0] if owner.rest is None else join([owner.rest, given[0]])
        else:
            owner.items.append(given[0])
        return NONE
    if name in ("extend", "update") and given:
        several = iterating.elements(machine, given[0], arguments.nodes[0], scope)
        if machine.branches <= owner.depth and several.rest is None:
            owner.items += several.items
        else:
            found = list(several.elements())
            owner.rest = join([*([owner.rest] if owner.rest is not None else []), *found]) if found else owner.rest
        return NONE
    if name == "insert" and len(given) == 2:
        owner.rest = join([*owner.elements(), given[1]])
        owner.items.clear()
        return NONE
    if name in ("pop", "popleft"):
        return join(list(owner.elements())) if owner.items or owner.rest is not None else UNKNOWN
    if name == "copy":
        return ListValue(list(owner.items), owner.rest, owner.kind, depth=machine.branches)
    return UNKNOWN


def _of_path(machine: Machine, owner: FilePath, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if name in ("resolve", "absolute", "expanduser"):
        return absolute(machine, owner)
    if name == "joinpath":
        made: Value = owner
        for each in arguments.positional:
            made = operations.binary(machine, ast.Div(), (node, made), (node, each), node, scope)
        return made
    if name == "as_posix":
        return as_text(owner)
    if name == "with_suffix" and owner.text is not None:
        suffix = arguments.get(0, "suffix")
        known = suffix.value if isinstance(suffix, Const) and isinstance(suffix.value, str) else None
        stem = posixpath.splitext(owner.text)[0]
        return FilePath(stem + known if known is not None else None, owner.traits)
    if name == "with_name":
        last = arguments.get(0, "name")
        known = last.value if isinstance(last, Const) and isinstance(last.value, str) else None
        place = posixpath.dirname(owner.text or "")
        return FilePath(posixpath.join(place, known) if known and owner.text is not None else None, owner.traits)
    if name in ("iterdir", "glob", "rglob"):
        return ListValue([], FilePath(None, owner.traits))
    if name in ("read_text", "relative_to"):
        return Plain("str") if name == "read_text" else FilePath(None, owner.traits)
    if name in ("write_text", "write_bytes", "mkdir", "touch", "symlink_to"):
        machine.writes_files = True
    return Plain("bool") if name.startswith(("is_", "exists")) else UNKNOWN


def absolute(machine: Machine, path: FilePath) -> FilePath:
    if path.text is None or posixpath.isabs(path.text):
        normal = posixpath.normpath(path.text) if path.text is not None else None
        return FilePath(normal, path.traits)
    whole = posixpath.normpath(posixpath.join(str(machine.project.entry.parent), path.text))
    return FilePath(whole, path.traits | {traits.WORKING})


def as_text(path: FilePath) -> Value:
    return Const(path.text, path.traits) if path.text is not None else Plain("str", path.traits)
