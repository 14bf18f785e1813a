"""What is done with an Output's value is done inside `apply`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import libcst as cst

from stackwright.editing.code import Code
from stackwright.editing.edits import Edit

# Of texts; each gives another one, or a list of them.
_METHODS: Final = frozenset(
    ("replace", "split", "rsplit", "lower", "upper", "strip", "lstrip", "rstrip", "title", "removeprefix")
) | {"removesuffix", "partition", "rpartition", "capitalize", "zfill"}
_LITERAL: Final = cst.SimpleString | cst.Integer | cst.UnaryOperation | cst.Slice | cst.Index


def method_of_value(code: Code, line: int, column: int, method: str) -> list[Edit]:
    """`output.split(":")[0]` becomes `output.apply(lambda value: value.split(":")[0])`."""
    for call in code.around(line, column, cst.Call):
        match call.func:
            case cst.Attribute(value=subject, attr=cst.Name(name)) if name == method and method in _METHODS:
                break
            case _:
                pass
    else:
        return []
    whole = _chain(code, call)
    if whole is None or code.begins(subject) != (line, column) or subject.lpar or whole.lpar:
        return []
    rest = code.written(whole)[len(code.written(subject)) :]
    return [code.replace(whole, f"{code.written(subject)}.apply(lambda value: value{rest})")]


def _chain(code: Code, call: cst.Call) -> cst.BaseExpression | None:
    """All that is called on the value, with nothing but literals for arguments."""
    node: cst.BaseExpression = call
    while True:
        if isinstance(node, cst.Call) and not all(isinstance(a.value, _LITERAL) and not a.star for a in node.args):
            return None
        parent = code.parent(node)
        match parent:
            case cst.Attribute(value=value, attr=cst.Name(name)) if value is node and name in _METHODS:
                node = parent
            case cst.Call(func=func) if func is node:
                node = parent
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
                if value is not node or not isinstance(index, _LITERAL):
                    return None
                node = parent
            case _:
                return node


def single_value(code: Code, line: int, column: int) -> list[Edit]:
    """`Output.all(a).apply(lambda a: f"{a}…")` becomes `a.apply(…)`: the function takes the list for its element."""
    for function in code.around(line, column, cst.Lambda):
        call = code.parent(code.parent(function) or function)
        match call:
            case cst.Call(func=cst.Attribute(value=cst.Call() as all_of, attr=cst.Name("apply")), args=[_]):
                return _without_all(code, all_of) if _takes_element(code, function) else []
            case _:
                pass
    return []


def _without_all(code: Code, all_of: cst.Call) -> list[Edit]:
    named = code.named("pulumi", "Output")
    match all_of.args:
        case [cst.Arg(value=value, keyword=None, star="")] if isinstance(value, cst.Name | cst.Attribute | cst.Call):
            is_all = named is not None and not named[1] and code.written(all_of.func) == f"{named[0]}.all"
            return [code.replace(all_of, code.written(value))] if is_all else []
        case _:
            return []


def _takes_element(code: Code, function: cst.Lambda) -> bool:
    """Whether the one parameter is nowhere but in texts."""
    if len(function.params.params) != 1:
        return False
    name = function.params.params[0].name.value
    uses = list(_uses(code, function.body, name))
    return bool(uses) and all(isinstance(code.parent(use), _IN_TEXT) for use in uses)


_IN_TEXT: Final = cst.FormattedStringExpression | cst.BinaryOperation


def _uses(code: Code, body: cst.CSTNode, name: str) -> Iterator[cst.Name]:
    yield from (each for each in code.inside(body, cst.Name) if each.value == name)
