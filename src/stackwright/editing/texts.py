"""Texts that Outputs are put into become Outputs themselves.

What is not surely right is not changed: each function gives no edits then.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

import libcst as cst

from stackwright.editing.code import Code
from stackwright.editing.edits import Edit

_TEXT_NAMES: Final = frozenset({"arn", "id", "name", "url", "uri", "bucket", "region", "domain", "endpoint"})
_TEXT_ENDS: Final = ("_arn", "_id", "_name", "_url", "_uri", "_domain", "_endpoint")
_MOST_PARTS: Final = 5  # beyond, a format reads better
_PERCENT: Final = re.compile(r"%(.)", re.DOTALL)
_FIELD: Final = re.compile(r"\{(\w*)(![rsa])?(:[^{}]*)?\}")

Written = tuple[str, tuple[str, ...]]
"""A call of Output's: the name of the method, and its arguments."""


def text_of_output(code: Code, use: str, line: int, column: int, subject: str) -> list[Edit]:
    """Edits that make an Output of the text that one is put into there.

    Args:
        use: `f-string`, `concatenation`, `format`, `percent`, `join`, `str` or `json`.
        subject: the Output, as the program calls it.
    """
    node = _text_around(code, use, line, column, subject)
    if node is None:
        return []
    named = code.named("pulumi", "Output")
    if named is None:
        return []
    output, imports = named
    if use == "json":
        return [*imports, code.replace(node, f"{output}.json_dumps")]
    if use == "str":
        text = _str(code, node)
        return [code.replace(node, text)] if text else []
    written = _written(code, node)
    if written is None:
        return []
    method, arguments = written
    text = f"{output}.{method}({', '.join(arguments)})"
    if use == "join":
        text += f".apply({code.written(_receiver(node))}.join)"
    return [*imports, code.replace(node, text), *_of_document(code, node, output)]


def _of_document(code: Code, node: cst.CSTNode, output: str) -> Iterator[Edit]:
    """The `json.dumps` whose document the text is part of cannot take an Output."""
    parent = code.parent(node)
    while isinstance(parent, cst.Element | cst.List | cst.Tuple | cst.DictElement | cst.Dict | cst.Arg):
        parent = code.parent(parent)
    if isinstance(parent, cst.Call) and code.imports.means(code.written(parent.func), "json.dumps"):
        yield code.replace(parent.func, f"{output}.json_dumps")


# ---- which text ------------------------------------------------------------------------------------------------------


def _text_around(code: Code, use: str, line: int, column: int, subject: str) -> cst.BaseExpression | None:
    match use:
        case "f-string":
            return _whole(code, _formatted(code, line, column, subject))
        case "concatenation":
            operand = code.at(line, column, cst.BaseExpression)
            while operand is not None and not _is(code, operand, subject):
                operand = next((each for each in operand.children if isinstance(each, cst.BaseExpression)), None)
            whole = None if operand is None else _whole(code, operand)
            return whole if isinstance(whole, cst.BinaryOperation) else None
        case "percent":
            found = code.around(line, column, cst.BinaryOperation)
            return next((each for each in found if isinstance(each.operator, cst.Modulo)), None)
        case "format" | "join":
            calls = code.around(line, column, cst.Call)
            call = next((c for c in calls if isinstance(c.func, cst.Attribute) and c.func.attr.value == use), None)
            return call if use == "join" else _whole(code, call)
        case "str":
            calls = code.around(line, column, cst.Call)
            return next((c for c in calls if isinstance(c.func, cst.Name) and c.func.value == "str"), None)
        case "json":
            calls = code.around(line, column, cst.Call)
            return next((c.func for c in calls if code.imports.means(code.written(c.func), "json.dumps")), None)
        case _:
            return None


def _formatted(code: Code, line: int, column: int, subject: str) -> cst.FormattedString | None:
    """The f-string that the subject is in; Python before 3.12 does not always say where in it."""
    for each in code.around(line, column, cst.FormattedString):
        return each
    outer = code.at(line, column, cst.ConcatenatedString)
    if outer is None:
        return None
    inside = [
        each
        for each in code.inside(outer, cst.FormattedString)
        if any(
            isinstance(part, cst.FormattedStringExpression) and _is(code, part.expression, subject)
            for part in each.parts
        )
    ]
    return inside[0] if len(inside) == 1 else None


def _is(code: Code, node: cst.BaseExpression, subject: str) -> bool:
    try:
        written = " ".join(ast.unparse(ast.parse(f"({code.written(node)})", mode="eval")).split())
    except SyntaxError:
        return False
    return written == subject or (subject.endswith("…") and written.startswith(subject[:-1]))


def _whole(code: Code, node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """The whole text that a part belongs to: what is written, or added, together."""
    while node is not None:
        parent = code.parent(node)
        if not isinstance(parent, cst.ConcatenatedString) and not _is_sum(parent):
            return node
        assert isinstance(parent, cst.BaseExpression)
        node = parent
    return None


def _is_sum(node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add)


# ---- what it becomes -------------------------------------------------------------------------------------------------


def _written(code: Code, node: cst.BaseExpression) -> Written | None:
    match node:
        case cst.FormattedString():
            return _concatenated_parts(code, node) or _formatting(code, [node])
        case cst.ConcatenatedString():
            return _formatting(code, list(_pieces(node)), node)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum(code, node)
        case cst.BinaryOperation(operator=cst.Modulo()):
            return _percent(code, node)
        case cst.Call(func=cst.Attribute(attr=cst.Name("format"))):
            return _format_call(code, node)
        case cst.Call(func=cst.Attribute(attr=cst.Name("join"))):
            return _join(code, node)
        case _:
            return None


def _str(code: Code, node: cst.BaseExpression) -> str:
    match node:
        case cst.Call(args=[cst.Arg(keyword=None, star="", value=value)]):
            simple = isinstance(value, cst.Name | cst.Attribute | cst.Call | cst.Subscript)
            return f"{code.written(value)}.apply(str)" if simple else ""
        case _:
            return ""


def _concatenated_parts(code: Code, node: cst.FormattedString) -> Written | None:
    """The arguments of `Output.concat`, which takes texts alone."""
    arguments: list[str] = []
    if len(node.end) != 1 or len(node.parts) > _MOST_PARTS:
        return None
    prefix = node.start.rstrip("\"'").lower().replace("f", "")
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            if "\\N" in part.value or part.value.endswith("\\"):
                return None
            plain = part.value.replace("{{", "{").replace("}}", "}")
            arguments.append(f"{prefix}{node.end}{plain}{node.end}")
        elif isinstance(part, cst.FormattedStringExpression):
            if part.conversion is not None or part.format_spec is not None or part.equal is not None:
                return None
            if not _is_text(part.expression):
                return None
            arguments.append(code.written(part.expression))
    return "concat", tuple(arguments)


def _is_text(node: cst.BaseExpression) -> bool:
    """Whether it is surely a text, by its name."""
    if not isinstance(node, cst.Attribute):
        return isinstance(node, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString)
    return node.attr.value in _TEXT_NAMES or node.attr.value.endswith(_TEXT_ENDS)


def _formatting(
    code: Code, pieces: Sequence[cst.BaseExpression], whole: cst.ConcatenatedString | None = None
) -> Written | None:
    """The arguments of `Output.format`: the text as it stands, with fields for its expressions."""
    arguments: list[str] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, cst.SimpleString):
            text = _with_braces(piece)
        elif isinstance(piece, cst.FormattedString):
            text = _with_fields(code, piece, arguments)
        else:
            text = None
        if text is None:
            return None
        texts.append(text)
    return "format", ("".join(_joined(whole, texts)), *arguments)


def _joined(whole: cst.ConcatenatedString | None, texts: Sequence[str]) -> Iterator[str]:
    """The texts, with what stands between them."""
    remaining = iter(texts)
    node: cst.BaseExpression | None = whole
    while isinstance(node, cst.ConcatenatedString):
        yield next(remaining)
        yield cst.Module([]).code_for_node(node.whitespace_between)
        node = node.right
    yield from remaining


def _pieces(node: cst.ConcatenatedString) -> Iterator[cst.BaseExpression]:
    yield node.left
    if isinstance(node.right, cst.ConcatenatedString):
        yield from _pieces(node.right)
    else:
        yield node.right


def _with_braces(piece: cst.SimpleString) -> str | None:
    if "b" in piece.prefix or "\\N" in piece.value:
        return None
    return piece.value.replace("{", "{{").replace("}", "}}")


def _with_fields(code: Code, piece: cst.FormattedString, arguments: list[str]) -> str | None:
    start = piece.start.replace("f", "").replace("F", "")
    texts = [start]
    for part in piece.parts:
        if isinstance(part, cst.FormattedStringText):
            if "\\N" in part.value:
                return None
            texts.append(part.value)
        elif isinstance(part, cst.FormattedStringExpression):
            field = _field(part)
            if field is None or not _can_be_argument(part.expression):
                return None
            texts.append(field)
            arguments.append(code.written(part.expression))
    return "".join([*texts, piece.end])


def _field(part: cst.FormattedStringExpression) -> str | None:
    if part.equal is not None:
        return None
    spec = ""
    for each in part.format_spec or ():
        if not isinstance(each, cst.FormattedStringText):
            return None
        spec += each.value
    conversion = f"!{part.conversion}" if part.conversion else ""
    return f"{{{conversion}{f':{spec}' if spec else ''}}}"


def _can_be_argument(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Tuple):
        return bool(node.lpar)
    return not isinstance(node, cst.Yield | cst.NamedExpr | cst.StarredElement | cst.GeneratorExp)


# ---- operators and methods -------------------------------------------------------------------------------------------


def _sum(code: Code, node: cst.BinaryOperation) -> Written | None:
    operands = list(_operands(node))
    if not any(_is_text(each) for each in operands):
        return None
    allowed = cst.SimpleString | cst.FormattedString | cst.ConcatenatedString | cst.Name | cst.Attribute
    arguments: list[str] = []
    for each in operands:
        if not isinstance(each, allowed | cst.Subscript | cst.Call):
            return None
        parts = _concatenated_parts(code, each) if isinstance(each, cst.FormattedString) else None
        arguments += parts[1] if parts is not None else [code.written(each)]
    return "concat", tuple(arguments)


def _operands(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _percent(code: Code, node: cst.BinaryOperation) -> Written | None:
    left = node.left
    pieces = [left] if isinstance(left, cst.SimpleString) else None
    if isinstance(left, cst.ConcatenatedString):
        pieces = list(_pieces(left))
    if pieces is None:
        return None
    texts: list[str] = []
    fields = 0
    for piece in pieces:
        text = _with_braces(piece) if isinstance(piece, cst.SimpleString) else None
        if text is None or set(_PERCENT.findall(text)) - {"s", "d", "%"} or text.endswith("%"):
            return None
        fields += sum(1 for kind in _PERCENT.findall(text) if kind != "%")
        texts.append(_PERCENT.sub(lambda found: "%" if found[1] == "%" else "{}", text))
    values = [node.right]
    if isinstance(node.right, cst.Tuple):
        if any(isinstance(each, cst.StarredElement) for each in node.right.elements):
            return None
        values = [each.value for each in node.right.elements]
    if len(values) != fields or isinstance(node.right, cst.Dict) or not all(map(_can_be_argument, values)):
        return None
    whole = left if isinstance(left, cst.ConcatenatedString) else None
    return "format", ("".join(_joined(whole, texts)), *(code.written(each) for each in values))


def _format_call(code: Code, node: cst.Call) -> Written | None:
    assert isinstance(node.func, cst.Attribute)
    template = node.func.value
    if isinstance(template, cst.SimpleString):
        pieces: list[cst.BaseExpression] = [template]
    elif isinstance(template, cst.ConcatenatedString):
        pieces = list(_pieces(template))
    else:
        return None
    for piece in pieces:
        if not isinstance(piece, cst.SimpleString):
            return None
        rest = _FIELD.sub("", piece.value.replace("{{", "").replace("}}", ""))
        if "{" in rest or "}" in rest:  # fields of fields, and attributes of what is not there yet
            return None
    bare = code.module.code_for_node(node.with_changes(lpar=[], rpar=[]))
    inside = bare[len(code.module.code_for_node(node.func)) :].strip()[1:-1].strip()
    return "format", (code.module.code_for_node(template), inside)


def _receiver(node: cst.BaseExpression) -> cst.BaseExpression:
    assert isinstance(node, cst.Call)
    assert isinstance(node.func, cst.Attribute)
    return node.func.value


def _join(code: Code, node: cst.Call) -> Written | None:
    if not isinstance(_receiver(node), cst.SimpleString | cst.Name) or len(node.args) != 1:
        return None
    given = node.args[0].value
    match given:
        case cst.List() | cst.Tuple():
            return "all", tuple(
                f"{'*' if isinstance(each, cst.StarredElement) else ''}{code.written(each.value)}"
                for each in given.elements
            )
        case cst.GeneratorExp():
            inner = code.written(given)
            return "all", (f"*{inner if inner.startswith('(') else f'({inner})'}",)
        case cst.ListComp():
            return "all", (f"*{code.written(given)}",)
        case _:
            return None
