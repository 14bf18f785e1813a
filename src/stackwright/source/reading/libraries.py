"""Built-in functions and the standard library, as far as values go through them."""

from __future__ import annotations

import ast
from typing import Final

from stackwright.source import traits
from stackwright.source.facts import OutputUsed
from stackwright.source.reading import classes, files, iterating, methods, operations, outputs, types
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.values import (
    UNKNOWN,
    Const,
    DictValue,
    FilePath,
    Instance,
    Library,
    ListValue,
    Output,
    Partial,
    Plain,
    Scope,
    Value,
    alternatives,
    find_output,
    is_surely_output,
    join,
)
from stackwright.source.values import traits as traits_of

_CHANGING: Final = {
    "datetime.datetime": {"now", "utcnow", "today"},
    "datetime.date": {"today"},
    "time": {"time", "time_ns"},
    "uuid": {"uuid1", "uuid4"},
    "random": {"random", "randint", "choice", "choices", "randrange", "getrandbits", "sample"},
    "secrets": {"token_hex", "token_urlsafe", "token_bytes", "choice", "randbelow"},
    "os": {"urandom", "getpid"},
}
_NEED_VALUES: Final = ("re.", "hashlib.", "base64.", "os.path.", "urllib.parse.", "ipaddress.", "pathlib.Path", "yaml.")
_WRITE: Final = ("zipfile.", "tarfile.", "subprocess.", "shutil.", "os.system", "os.makedirs", "os.mkdir")


def call(machine: Machine, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if outputs.is_maker(name):
        return outputs.make(machine, name, arguments, node, scope)
    if name.startswith(_WRITE):
        machine.writes_files = True
    module, _, function = name.rpartition(".")
    if function in _CHANGING.get(module, ()) or (name == "time.strftime" and len(arguments.positional) < 2):
        return Plain("int" if name.startswith("time.time") else "", frozenset({f"{traits.CHANGING}{name}()"}))
    handler = _HANDLERS.get(name)
    if handler is not None:
        return handler(machine, arguments, node, scope)
    if name.startswith(_NEED_VALUES):
        files.values_only(machine, arguments, scope)
    if name.startswith(("string.Template().", "builtins.str.format")):
        return _template(machine, arguments, scope)
    return Library(f"{name}()") if name in ("zipfile.ZipFile", "zipfile.ZipInfo", "string.Template") else UNKNOWN


def _template(machine: Machine, arguments: Arguments, scope: Scope) -> Value:
    for at, value in zip(arguments.nodes, arguments.positional, strict=False):
        operations.text_in(machine, "format", at, value, scope)
    for key, value in arguments.keywords.items():
        if find_output(value) is not None and key in arguments.places:
            machine.report(OutputUsed(arguments.places[key], "format", key))
    return Plain("str")


# ---- conversions -----------------------------------------------------------------------------------------------------


def _str(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = files.first(arguments)
    if arguments.nodes:
        operations.text_in(machine, "str", arguments.nodes[0], value, scope)
    if isinstance(value, FilePath):
        return methods.as_text(value)
    if isinstance(value, Const) and isinstance(value.value, str | int | bool | float):
        return Const(str(value.value), value.traits)
    return Plain("str", traits.passed_on(traits_of(value)))


def _number(kind: str) -> files.Handler:
    def convert(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        value = files.first(arguments)
        if is_surely_output(value):
            operations.used(machine, "number", arguments.nodes[0], value, scope)
        if isinstance(value, Const) and isinstance(value.value, int | float) and kind == "int":
            return Const(int(value.value)) if abs(value.value) < 2**53 else Plain(kind)
        kept = traits.passed_on(traits_of(value)) - {files.ENVIRONMENT}
        found = frozenset(trait for trait in kept if not trait.startswith(operations.FLAG_TEXT))
        if files.ENVIRONMENT in traits_of(value):
            found |= {traits.SETTING + shown(node)}
        return Plain(kind, found)

    return convert


def _bool(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = files.first(arguments)
    if arguments.nodes:
        operations.tested(machine, arguments.nodes[0], value, scope)
    known = operations.truth(value)
    return Plain("bool") if known is None else Const(known)


def _length(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = files.first(arguments)
    if is_surely_output(value):
        operations.used(machine, "length", arguments.nodes[0], value, scope)
    if isinstance(value, ListValue | DictValue) and value.rest is None and value.items:
        return Const(len(value.items))
    return Plain("int")


def _collection(kind: str) -> files.Handler:
    def collect(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        if not arguments.nodes:
            return ListValue([], UNKNOWN if arguments.positional else None, kind, depth=machine.branches)
        several = iterating.elements(machine, arguments.positional[0], arguments.nodes[0], scope)
        return ListValue(list(several.items), several.rest, kind, depth=machine.branches)

    return collect


def _sorted(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if not arguments.nodes:
        return UNKNOWN
    several = iterating.elements(machine, arguments.positional[0], arguments.nodes[0], scope)
    found = list(several.elements())
    return ListValue([], join(found)) if len(found) > 1 or several.rest is not None else ListValue(found)


def _any_of(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if len(arguments.nodes) == 1:
        iterating.elements(machine, arguments.positional[0], arguments.nodes[0], scope)
    return Plain("bool") if isinstance(node, ast.Call) and ast.unparse(node.func) in ("any", "all") else UNKNOWN


def _dict(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    made = DictValue(depth=machine.branches)
    for at, value in zip(arguments.nodes, arguments.positional, strict=False):
        if isinstance(value, DictValue):
            made.items |= value.items
            made.places |= value.places
            made.rest = value.rest
            continue
        several = iterating.elements(machine, value, at, scope)
        for pair in several.items:
            if isinstance(pair, ListValue) and len(pair.items) == 2:
                iterating.put(machine, made, pair.items[0], pair.items[1], None, is_certain=True)
            else:
                made.rest = UNKNOWN
        if several.rest is not None:
            made.rest = UNKNOWN
    made.items |= arguments.keywords
    made.places |= arguments.places
    if arguments.open is not None:
        made.rest = arguments.open
    return made


def _enumerate(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if not arguments.nodes:
        return UNKNOWN
    several = iterating.elements(machine, arguments.positional[0], arguments.nodes[0], scope)
    start = arguments.get(1, "start")
    first = start.value if isinstance(start, Const) and isinstance(start.value, int) else 0
    pairs: list[Value] = [
        ListValue([Const(place), item], None, "tuple") for place, item in enumerate(several.items, first)
    ]
    return ListValue(
        pairs, ListValue([Plain("int"), several.rest], None, "tuple") if several.rest is not None else None
    )


def _zip(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    columns = [
        iterating.elements(machine, value, at, scope)
        for value, at in zip(arguments.positional, arguments.nodes, strict=False)
    ]
    if columns and all(column.rest is None for column in columns):
        rows: list[Value] = [
            ListValue(list(row), None, "tuple") for row in zip(*(c.items for c in columns), strict=False)
        ]
        return ListValue(rows)
    joined = [join(found) if (found := list(column.elements())) else UNKNOWN for column in columns]
    return ListValue([], ListValue(joined, None, "tuple"))


def _map(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if len(arguments.nodes) != 2:
        return UNKNOWN
    several = iterating.elements(machine, arguments.positional[1], arguments.nodes[1], scope)
    function = arguments.positional[0]
    made = [machine.call(function, Arguments([each], nodes=[node]), node, scope) for each in several.items]
    if several.rest is None:
        return ListValue(made)
    return ListValue([], join([*made, machine.call(function, Arguments([several.rest], nodes=[node]), node, scope)]))


def _range(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    limits = [each.value for each in arguments.positional if isinstance(each, Const) and type(each.value) is int]
    for at, value in zip(arguments.nodes, arguments.positional, strict=False):
        if is_surely_output(value):
            operations.used(machine, "number", at, value, scope)
    if limits and len(limits) == len(arguments.positional) <= 2 and 0 < len(range(*limits)) <= 64:
        return ListValue([Const(number) for number in range(*limits)])
    return ListValue([], Plain("int"))


# ---- what is asked of values -----------------------------------------------------------------------------------------


def _isinstance(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    if len(arguments.positional) != 2 or not isinstance(node, ast.Call):
        return Plain("bool")
    kinds = types.named(machine, node.args[1], scope)
    found = {types.is_a(each, kinds) for each in alternatives(arguments.positional[0])}
    known = found.pop() if len(found) == 1 else None
    return Plain("bool") if known is None else Const(known)


def _hasattr(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value, name = files.first(arguments), arguments.get(1, "name")
    if isinstance(value, Output) and not value.may_be_none:
        return Const(True)  # an Output has whatever one asks for, later
    if isinstance(name, Const) and isinstance(value, Const | Plain | ListValue | DictValue) and name.value == "apply":
        return Const(False)
    return Plain("bool")


def _getattr(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    name = arguments.get(1, "name")
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return UNKNOWN
    machine.guards.append(frozenset({"AttributeError"}) if len(arguments.positional) > 2 else frozenset())
    try:
        found = machine.attribute(files.first(arguments), name.value, node, scope)
    finally:
        machine.guards.pop()
    return join([found, arguments.positional[2]]) if len(arguments.positional) > 2 else found


def _super(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return classes.super_of(machine, scope)


def _same(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return files.first(arguments)


def _cast(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return arguments.positional[1] if len(arguments.positional) > 1 else UNKNOWN


def _partial(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return Partial(files.first(arguments), arguments.positional[1:], dict(arguments.keywords))


def _field(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    factory = arguments.keywords.get("default_factory")
    return DictValue({"$factory": factory}) if factory is not None else arguments.keywords.get("default", UNKNOWN)


def _asdict(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = files.first(arguments)
    return DictValue(dict(value.attributes)) if isinstance(value, Instance) else UNKNOWN


def _replace(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = files.first(arguments)
    if not isinstance(value, Instance):
        return UNKNOWN
    return Instance(value.of, {**value.attributes, **arguments.keywords}, machine.branches, value.is_open)


# ---- json ------------------------------------------------------------------------------------------------------------


def _json(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    inside = find_output(files.first(arguments))
    if inside is not None:
        what = "output" if isinstance(inside, Output) else "resource"
        subject = inside.origin if isinstance(inside, Output) and inside.origin else shown(arguments.nodes[0])
        machine.report(OutputUsed(machine.place(node, scope), "json", subject, what))
    return Plain("str", operations.all_traits(files.first(arguments)))


_HANDLERS: Final[dict[str, files.Handler]] = {
    **files.HANDLERS,
    "builtins.str": _str,
    "builtins.int": _number("int"),
    "builtins.float": _number("float"),
    "builtins.round": _number("int"),
    "builtins.bool": _bool,
    "builtins.len": _length,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.frozenset": _collection("set"),
    "builtins.iter": _collection("generator"),
    "builtins.reversed": _sorted,
    "builtins.sorted": _sorted,
    "builtins.sum": _any_of,
    "builtins.min": _any_of,
    "builtins.max": _any_of,
    "builtins.any": _any_of,
    "builtins.all": _any_of,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "types.MappingProxyType": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.range": _range,
    "builtins.isinstance": _isinstance,
    "builtins.hasattr": _hasattr,
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "typing.cast": _cast,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "textwrap.dedent": _same,
    "functools.partial": _partial,
    "dataclasses.field": _field,
    "dataclasses.asdict": _asdict,
    "dataclasses.replace": _replace,
    "json.dumps": _json,
    "os.fspath": _str,
}
