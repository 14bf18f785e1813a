"""Defaults that are taken only when a setting is missing."""

from __future__ import annotations

import builtins
import keyword
from typing import Final

import libcst as cst

from stackwright.editing.code import Code
from stackwright.editing.edits import Edit

_GETTERS: Final = frozenset({"get_bool", "get_int", "get_float"})
_CONTEXTS: Final = (
    cst.Arg | cst.Assign | cst.AnnAssign | cst.Return | cst.Element | cst.DictElement | cst.Annotation | cst.Param
)


def default_for_none(code: Code, line: int, column: int, end_line: int, end_column: int) -> list[Edit]:
    """`setting or default` asks for None, and `setting if setting else default` as well; the setting is read once."""
    node = code.exactly(line, column, end_line, end_column, cst.BaseExpression)
    match node:
        case cst.BooleanOperation(operator=cst.Or(), left=setting, right=default):
            if isinstance(setting, cst.BooleanOperation):
                return []
        case cst.IfExp(test=test, body=setting, orelse=default) if code.written(test) == code.written(setting):
            pass
        case cst.IfExp(test=cst.UnaryOperation(operator=cst.Not(), expression=test), body=default, orelse=setting):
            if code.written(test) != code.written(setting):
                return []
        case _:
            return []
    return [code.replace(node, _asked(code, node, setting, default))]


def _asked(code: Code, node: cst.BaseExpression, setting: cst.BaseExpression, default: cst.BaseExpression) -> str:
    otherwise = code.written(default)
    match setting:
        case cst.Call(func=cst.Attribute(attr=cst.Name(name)), args=[cst.Arg(star="") as key]) if name in _GETTERS:
            if _is_plain(default):
                named = "" if key.keyword is None else "default="
                key_text = code.written(key.with_changes(comma=cst.MaybeSentinel.DEFAULT))
                return f"{code.written(setting.func)}({key_text}, {named}{otherwise})"
        case _:
            pass
    if _is_plain(setting):
        text = f"{otherwise} if {code.written(setting)} is None else {code.written(setting)}"
    else:
        name = _new_name(code)
        text = f"{otherwise} if ({name} := {code.written(setting)}) is None else {name}"
    return text if node.lpar or isinstance(code.parent(node), _CONTEXTS) else f"({text})"


def _is_plain(node: cst.BaseExpression) -> bool:
    """Whether it may be read at any time, and twice, and is the same."""
    if isinstance(node, cst.Attribute):
        return _is_plain(node.value)
    if isinstance(node, cst.UnaryOperation):
        return isinstance(node.expression, cst.Integer | cst.Float)
    return isinstance(node, cst.Name | cst.Integer | cst.Float | cst.SimpleString)


def _new_name(code: Code) -> str:
    taken = {name.value for name in code.inside(code.module, cst.Name)} | {*dir(builtins), *keyword.kwlist}
    return next(name for name in ("given", "setting", *(f"setting_{n}" for n in range(1000))) if name not in taken)
