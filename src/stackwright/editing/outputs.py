"""Outputs of resources in arguments: one is taken for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import libcst as cst

from stackwright.editing.calls import argument_at
from stackwright.editing.code import Code
from stackwright.editing.edits import Edit

_INVOKED: Final = {
    "arn": "invoke_arn",
    "qualified_arn": "qualified_invoke_arn",
    "invoke_arn": "invoke_arn",
    "qualified_invoke_arn": "qualified_invoke_arn",
}
_NAMES: Final = ("function_name", "name", "id")
_BRACES: Final = re.compile(r"\{[^{}/]*\}")
_DOUBLED: Final = re.compile(r"\{\{[^{}/]*\}\}")


def invoke_arn(code: Code, line: int, column: int, argument: str) -> list[Edit]:
    """The URI by which API Gateway invokes the one function that the argument's value speaks of."""
    value = argument_at(code, line, column, argument)
    if value is None:
        return []
    found = {code.written(a): a for a in code.inside(value, cst.Attribute) if a.attr.value in _INVOKED}
    if len({code.written(a.value) for a in found.values()}) == len(found) == 1:
        (attribute,) = found.values()
        return [code.replace(value, f"{code.written(attribute.value)}.{_INVOKED[attribute.attr.value]}")]
    if not found and isinstance(value, cst.Attribute) and value.attr.value in _NAMES:
        return [code.replace(value, f"{code.written(value.value)}.invoke_arn")]
    return []


def source_arn(code: Code, line: int, column: int, argument: str, given: str, expected: str) -> list[Edit]:
    """The ARN of the one resource that the argument's value speaks of, as a permission wants it.

    Args:
        given: what the argument's value is.
        expected: the ARN that it is to match.
    """
    value = argument_at(code, line, column, argument)
    if value is None:
        return []
    if ":execute-api:" not in expected:
        base = _only_base(code, value, ("arn", "id", "name", "bucket"))
        if not base:
            return []
        return (
            _concat(code, value, f"{base}.arn", ":*") if ":logs:" in expected else [code.replace(value, f"{base}.arn")]
        )
    if "{" in given:
        return _with_stars(code, value)
    if given.startswith("arn:") and ":execute-api:" in given and "/" in given:
        return []  # it names a stage, a method or a path, and nobody can say that it means all
    base = _only_base(code, value, ("execution_arn", "arn", "id"))
    return _concat(code, value, f"{base}.execution_arn", "/*/*") if base else []


def with_end(code: Code, line: int, column: int, end: str) -> list[Edit]:
    """An output `arn` that stands there gets an end."""
    value = code.at(line, column, cst.BaseExpression)
    if not isinstance(value, cst.Attribute) or value.attr.value != "arn":
        return []
    return _concat(code, value, code.written(value), end)


def _concat(code: Code, value: cst.BaseExpression, arn: str, rest: str) -> list[Edit]:
    named = code.named("pulumi", "Output")
    return [] if named is None else [*named[1], code.replace(value, f'{named[0]}.concat({arn}, "{rest}")')]


def _only_base(code: Code, value: cst.BaseExpression, names: Sequence[str]) -> str:
    """The only thing whose output of the first of these names is spoken of."""
    attributes = list(code.inside(value, cst.Attribute))
    for name in names:
        bases = {code.written(each.value) for each in attributes if each.attr.value == name}
        if bases:
            return bases.pop() if len(bases) == 1 else ""
    return ""


def _with_stars(code: Code, value: cst.BaseExpression) -> list[Edit]:
    """Placeholders of paths in the texts of a value become `*`, which matches all."""
    edits: list[Edit] = []
    for text in code.inside(value, cst.FormattedStringText):
        if _DOUBLED.search(text.value):
            edits.append(code.replace(text, _DOUBLED.sub("*", text.value)))
    for text in code.inside(value, cst.SimpleString):
        pattern = _DOUBLED if _is_format(code, text) else _BRACES
        if pattern.search(text.value):
            edits.append(code.replace(text, pattern.sub("*", text.value)))
    return edits


def _is_format(code: Code, text: cst.CSTNode) -> bool:
    """Whether braces in the text are fields."""
    parent = code.parent(text)
    while isinstance(parent, cst.ConcatenatedString | cst.Arg):
        parent = code.parent(parent)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value == "format"
    func = parent.func if isinstance(parent, cst.Call) else None
    return isinstance(func, cst.Attribute) and func.attr.value == "format"
