"""Arguments, settings, references and comments, each as the file writes them."""

from __future__ import annotations

import pytest

from stackwright.editing.applies import method_of_value, single_value
from stackwright.editing.calls import beside_file, replace_text, set_argument
from stackwright.editing.code import Code
from stackwright.editing.comments import without_code
from stackwright.editing.defaults import default_for_none
from stackwright.editing.edits import applied
from stackwright.editing.outputs import invoke_arn, source_arn, with_end


def place(text: str, at: str) -> tuple[int, int]:
    before = text[: text.index(at)]
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('f("a", b=1)', 'f("a", b=1, k=True)'),
        ('f("a",)', 'f("a", k=True,)'),
        ('f(\n    "a",\n    b=1,  # why\n)', 'f(\n    "a",\n    b=1,  # why\n    k=True,\n)'),
        ('f(\n    "a",\n    b=1  # why\n)', 'f(\n    "a",\n    b=1,\n    k=True  # why\n)'),
        ('f("a", opts=o)', 'f("a", k=True, opts=o)'),
        ('f(\n    "a",\n    opts=o,\n)', 'f(\n    "a",\n    k=True,\n    opts=o,\n)'),
        ('f(\r\n\t"a",\r\n)', 'f(\r\n\t"a",\r\n\tk=True,\r\n)'),
        ('f("a").arn.apply(g)', 'f("a", k=True).arn.apply(g)'),
        ("f(**given)", "f(**given)"),
        ("f(*given)", "f(*given)"),
        ("f()", "f()"),
    ],
)
def test_an_argument_is_added_as_the_others_are_written(before, after):
    code = Code(before)

    assert applied(before, set_argument(code, 1, 1, "k", "True")) == after


@pytest.mark.parametrize(("value", "stays"), [("False", False), ("other", False), ("a if b else c", True)])
def test_the_value_of_an_argument_is_replaced(value, stays):
    text = f"f('a', k={value})"

    edits = set_argument(Code(text), *place(text, value), "k", "True")

    assert applied(text, edits) == (text if stays else "f('a', k=True)")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fn.arn", "fn.invoke_arn"),
        ("self.functions['a'].arn", "self.functions['a'].invoke_arn"),
        ("alias.qualified_arn", "alias.qualified_invoke_arn"),
        ("fn.name", "fn.invoke_arn"),
        ("pulumi.Output.concat('arn:', region, fn.arn, '/x')", "fn.invoke_arn"),
        ("fn.arn.apply(lambda arn: f'{arn}/invocations')", "fn.invoke_arn"),
        ("pulumi.Output.concat(a.arn, b.arn)", ""),
        ("f'{fn.name}/{region.name}'", ""),
        ("uri", ""),
    ],
)
def test_a_function_is_invoked_by_its_invoke_arn(before, after):
    text = f"Integration('a', uri={before})"

    edits = invoke_arn(Code(text), *place(text, before), "uri")

    assert applied(text, edits) == (f"Integration('a', uri={after})" if after else text)


EXECUTE = "arn:aws:execute-api:eu-west-1:123456789012:abc"


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        ("api.arn", "arn:aws:apigateway:eu-west-1::/restapis/abc", 'Output.concat(api.execution_arn, "/*/*")'),
        ("api.execution_arn", EXECUTE, 'Output.concat(api.execution_arn, "/*/*")'),
        (
            "Output.concat(api.execution_arn, '/*/GET/a/{id}')",
            EXECUTE + "/*/GET/a/{id}",
            "Output.concat(api.execution_arn, '/*/GET/a/*')",
        ),
        ("Output.format('{}/a/{{id}}', x)", EXECUTE + "/a/{id}", "Output.format('{}/a/*', x)"),
        (
            "api.execution_arn.apply(lambda arn: f'{arn}/a/{{id}}')",
            EXECUTE + "/a/{id}",
            "api.execution_arn.apply(lambda arn: f'{arn}/a/*')",
        ),
        ("Output.concat(api.execution_arn, '/prod/POST/a')", f"{EXECUTE}/prod/POST/a", ""),
        ("Output.concat(a.arn, b.arn)", "arn:aws:x", ""),
    ],
)
def test_a_permission_is_for_what_calls(before, given, after):
    text = f"from pulumi import Output\nPermission('a', source_arn={before})"

    edits = source_arn(Code(text), *place(text, before), "source_arn", given, f"{EXECUTE}/prod/GET/a/x")

    assert applied(text, edits) == (text.replace(before, after) if after else text)


def test_a_permission_of_a_log_group_is_for_its_streams():
    text = "import pulumi\nPermission('a', source_arn=group.arn)"

    edits = source_arn(Code(text), *place(text, "group.arn"), "source_arn", "x", "arn:aws:logs:r:1:log-group:g:*")

    assert 'source_arn=pulumi.Output.concat(group.arn, ":*")' in applied(text, edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('config.get_bool("a") or True', 'config.get_bool("a", True)'),
        ('config.get_int(key="a") or LIMIT', 'config.get_int(key="a", default=LIMIT)'),
        ("retries or 3", "3 if retries is None else retries"),
        ("self.retries if self.retries else 3", "3 if self.retries is None else self.retries"),
        ("3 if not retries else retries", "3 if retries is None else retries"),
        ('config.get_int("a") or most()', 'most() if (given := config.get_int("a")) is None else given'),
        ("read('a') or 3", "3 if (given := read('a')) is None else given"),
        ("a or b or 3", ""),
        ("retries if other else 3", ""),
    ],
)
def test_a_default_is_for_what_is_missing(before, after):
    for start, end in (("x = ", ""), ("f(", ")"), ("x = (", ")"), ("x = (1, ", ")")):
        text = f"{start}{before}{end}"
        line, column = place(text, before)

        edits = default_for_none(Code(text), line, column, line, column + len(before))

        assert applied(text, edits) == (f"{start}{after}{end}" if after else text)


def test_a_default_within_more_is_bracketed():
    text = "x = 2 * (a or 3) + y if a or 3 else z"
    edits = default_for_none(Code(text), 1, text.rindex("a or 3") + 1, 1, text.rindex("a or 3") + 7)

    assert applied(text, edits) == "x = 2 * (a or 3) + y if (3 if a is None else a) else z"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("q.arn.split(':')[5]", "q.arn.apply(lambda value: value.split(':')[5])"),
        ("q.arn.split(':')[-1].lower()", "q.arn.apply(lambda value: value.split(':')[-1].lower())"),
        ("q.arn.replace(a, 'b')", ""),
        ("q.arn.frobnicate('b')", ""),
    ],
)
def test_methods_of_a_value_are_called_when_it_is_there(before, after):
    text = f"x = {before}"

    edits = method_of_value(Code(text), 1, 5, before.split(".")[2].partition("(")[0])

    assert applied(text, edits) == (f"x = {after}" if after else text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pulumi.Output.all(q.arn).apply(lambda a: f'{a}/*')", "q.arn.apply(lambda a: f'{a}/*')"),
        ("pulumi.Output.all(q.arn).apply(lambda a: f'{a}/{a[0]}')", ""),
        ("pulumi.Output.all(q.arn, r.arn).apply(lambda a: f'{a}/*')", ""),
        ("pulumi.Output.all(*arns).apply(lambda a: f'{a}/*')", ""),
        ("pulumi.Output.all(arn=q.arn).apply(lambda a: f'{a}/*')", ""),
    ],
)
def test_a_single_value_needs_no_list(before, after):
    text = f"import pulumi\nx = {before}"

    edits = single_value(Code(text), *place(text, "a}/"))

    assert applied(text, edits) == (f"import pulumi\nx = {after}" if after else text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()  # stackwright: ignore[API101] why\n", "f()\n"),
        ("f()  # stackwright: ignore[API101, KMS101] why\n", "f()  # stackwright: ignore[KMS101] why\n"),
        ("if a:\r\n    # stackwright: ignore[API101] why\r\n    f()\r\n", "if a:\r\n    f()\r\n"),
        ("f()\n# stackwright: ignore[API101] why", "f()\n"),
        ("f()  # stackwright: ignore[KMS101] why\n", "f()  # stackwright: ignore[KMS101] why\n"),
    ],
)
def test_an_idle_comment_goes(before, after):
    assert applied(before, without_code(Code(before), *place(before, "#"), "API101")) == after


@pytest.mark.parametrize(
    ("imports", "before", "after"),
    [
        ("from pathlib import Path\n", "Path.cwd() / 'a'", "Path(__file__).parent / 'a'"),
        ("import pathlib\n", "str(pathlib.Path.cwd() / 'a')", "str(pathlib.Path(__file__).parent / 'a')"),
        ("import os, pathlib\n", "os.getcwd() + '/a'", "str(pathlib.Path(__file__).parent) + '/a'"),
        ("import os, pathlib\n", "f'{os.getcwd()}/a'", "f'{str(pathlib.Path(__file__).parent)}/a'"),
        ("import pathlib\n", "'./a/b'", "str(pathlib.Path(__file__).parent / 'a/b')"),
        ("import pathlib\n", "'a' 'b'", ""),
        ("import os\npathlib = 1\n", "os.getcwd() + '/a'", ""),
    ],
)
def test_a_path_begins_at_the_file(imports, before, after):
    text = f"{imports}x = f({before})"

    edits = beside_file(Code(text), text.count("\n") + 1, 7)

    assert applied(text, edits) == (f"{imports}x = f({after})" if after else text)


@pytest.mark.parametrize(
    ("value", "after"), [("group.arn", 'O.concat(group.arn, ":*")'), ("arn", "arn"), ("a.name", "a.name")]
)
def test_an_arn_gets_its_end(value, after):
    text = f"from pulumi import Output as O\nx = {{'a': {value}}}"

    assert applied(text, with_end(Code(text), 2, 11, ":*")) == text.replace(value, after)


@pytest.mark.parametrize(("value", "after"), [("'active'", "'Active'"), ("mode", "mode"), ("b'active'", "b'active'")])
def test_a_word_gets_its_capitals(value, after):
    assert applied(f"f({value})", replace_text(Code(f"f({value})"), 1, 3, "active", "Active")) == f"f({after})"
