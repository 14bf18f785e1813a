"""Arguments of calls."""

from __future__ import annotations

import libcst as cst

from stackwright.editing.code import Code
from stackwright.editing.edits import Edit

_PLAIN = cst.SimpleString | cst.Name | cst.Attribute | cst.Integer | cst.Float


def set_argument(code: Code, line: int, column: int, name: str, value: str) -> list[Edit]:
    """Edits that give a call an argument of this value.

    Args:
        line, column: of the argument's value, or of the call that lacks it.
    """
    argument = argument_at(code, line, column, name)
    if argument is not None:
        return [code.replace(argument, value)] if isinstance(argument, _PLAIN) else []
    call = call_at(code, line, column)
    return [] if call is None else add_argument(code, call, f"{name}={value}")


def argument_at(code: Code, line: int, column: int, name: str) -> cst.BaseExpression | None:
    """The value of an argument by keyword, which begins there."""
    value = code.at(line, column, cst.BaseExpression)
    owner = None if value is None else code.parent(value)
    is_it = isinstance(owner, cst.Arg) and owner.keyword is not None and owner.keyword.value == name
    return value if is_it else None


def call_at(code: Code, line: int, column: int) -> cst.Call | None:
    """The call that makes a resource, which begins there: of `aws.sqs.Queue("jobs").arn.apply(…)` the first."""
    for call in code.around(line, column, cst.Call):
        if code.begins(call) == (line, column):
            return call
    return None


def add_argument(code: Code, call: cst.Call | None, text: str) -> list[Edit]:
    """Edits that add an argument in the way in which the others are written; none when it may be there already."""
    name = text.partition("=")[0]
    if call is None or not call.args:
        return []
    if any(arg.star or (arg.keyword is not None and arg.keyword.value == name) for arg in call.args):
        return []
    last = call.args[-1]
    indentation = code.begins_line(last)
    if last.keyword is not None and last.keyword.value == "opts":  # which stands last by custom
        between = " " if indentation is None else code.module.default_newline + indentation
        return [code.before(last, f"{text},{between}")]
    if indentation is None:
        return [code.after(last, f", {text}")]
    own_line = code.module.default_newline + indentation + text
    if isinstance(last.comma, cst.Comma):
        end = code.line_end(last)
        return [end(f"{own_line},")] if end is not None else [code.after(last, f", {text}")]
    return [code.after(last, f",{own_line}")]


def call_of(code: Code, argument: cst.BaseExpression) -> cst.Call | None:
    """The call that something is an argument of."""
    owner = code.parent(argument)
    call = code.parent(owner) if isinstance(owner, cst.Arg) else None
    return call if isinstance(call, cst.Call) else None


def replace_text(code: Code, line: int, column: int, old: str, new: str) -> list[Edit]:
    """Edits that put one plain text in the place of another."""
    text = code.at(line, column, cst.SimpleString)
    if text is None or text.raw_value != old or text.prefix:
        return []
    return [code.replace(text, f"{text.quote}{new}{text.quote}")]


def beside_file(code: Code, line: int, column: int) -> list[Edit]:
    """Edits by which the path that stands there begins at the file, not at the working directory."""
    value, named = code.at(line, column, cst.BaseExpression), code.named("pathlib", "Path")
    if value is None or named is None:
        return []
    if isinstance(value, cst.SimpleString):
        if value.prefix or "\\" in value.value:
            return []
        path = f"{value.quote}{value.raw_value.removeprefix('./')}{value.quote}"
        return [*named[1], code.replace(value, f"str({named[0]}(__file__).parent / {path})")]
    ways = {"os.getcwd": f"str({named[0]}(__file__).parent)", "pathlib.Path.cwd": f"{named[0]}(__file__).parent"}
    calls = [
        (call, text)
        for call in code.inside(value, cst.Call)
        for dotted, text in ways.items()
        if not call.args and code.imports.means(code.written(call.func), dotted)
    ]
    return [*named[1], *(code.replace(call, text) for call, text in calls)] if len(calls) == 1 else []
