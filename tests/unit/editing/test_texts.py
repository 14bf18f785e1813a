"""Texts that hold Outputs become Outputs, and whatever is not certain stays."""

from __future__ import annotations

import pytest

from stackwright.editing.code import Code
from stackwright.editing.edits import applied
from stackwright.editing.texts import text_of_output

PULUMI = "import pulumi\n"


def changed(text: str, use: str, subject: str = "b.arn", *, at: str = "") -> str:
    """The text after the fix of what stands at the first `at`, by default the subject."""
    before, _, _ = text.partition(at or subject)
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    code = Code(text)
    edits = text_of_output(code, use, line, column, subject)
    return applied(text, edits) if code.keeps(edits) else text


@pytest.mark.parametrize(
    ("use", "before", "after"),
    [
        ("f-string", 'f"{b.arn}/*"', 'pulumi.Output.concat(b.arn, "/*")'),
        ("f-string", 'f"{b.arn}{{x}}"', 'pulumi.Output.concat(b.arn, "{x}")'),
        ("f-string", "f'{b.arn}\"'", "pulumi.Output.concat(b.arn, '\"')"),
        ("f-string", 'rf"\\d{b.arn}"', 'pulumi.Output.concat(r"\\d", b.arn)'),
        ("f-string", 'f"\\\\{b.arn}"', 'pulumi.Output.format("\\\\{}", b.arn)'),
        ("f-string", 'f"{b.arn}:{n}"', 'pulumi.Output.format("{}:{}", b.arn, n)'),
        ("f-string", 'f"{b.arn!r:>9}{{"', 'pulumi.Output.format("{!r:>9}{{", b.arn)'),
        ("f-string", "f\"{d['a']}{b.arn}\"", "pulumi.Output.format(\"{}{}\", d['a'], b.arn)"),
        ("f-string", 'f"""a\n"{b.arn}"\n"""', 'pulumi.Output.format("""a\n"{}"\n""", b.arn)'),
        ("f-string", '("a{" f"{b.arn}" "c")', '(pulumi.Output.format("a{{" "{}" "c", b.arn))'),
        ("f-string", '("a"  # why\n f"{b.arn}")', '(pulumi.Output.format("a"  # why\n "{}", b.arn))'),
        ("f-string", 'f"{b.arn}" + "/*"', 'pulumi.Output.concat(b.arn, "/*")'),
        ("f-string", 'g(1,f"{b.arn}/")', 'g(1,pulumi.Output.concat(b.arn, "/"))'),
        ("f-string", '1 if c else"" f"{b.arn}"', '1 if c else pulumi.Output.format("" "{}", b.arn)'),
        ("concatenation", '"a" + b.arn + "/*"', 'pulumi.Output.concat("a", b.arn, "/*")'),
        ("concatenation", '("a" +  # why\n b.arn)', '("a" +  # why\n b.arn)'),
        ("percent", '"%s 100%% {" % b.arn', 'pulumi.Output.format("{} 100% {{", b.arn)'),
        ("percent", '"%s-%d" % (b.arn, n)', 'pulumi.Output.format("{}-{}", b.arn, n)'),
        ("format", '"{}/{n}".format(b.arn, n=n)', 'pulumi.Output.format("{}/{n}", b.arn, n=n)'),
        ("format", '("a"\n "{}").format(b.arn)', 'pulumi.Output.format(("a"\n "{}"), b.arn)'),
        ("str", "str(b.arn)", "b.arn.apply(str)"),
    ],
)
def test_a_text_becomes_an_output(use, before, after):
    at = "" if use != "percent" else "(b.arn" if "(b.arn" in before else "b.arn"
    assert changed(f"{PULUMI}x = {before}\n", use, at=at) == f"{PULUMI}x = {after}\n"


@pytest.mark.parametrize(
    ("use", "text"),
    [
        ("f-string", 'x = f"{b.arn=}"'),
        ("f-string", 'x = f"{b.arn:{w}}"'),
        ("f-string", 'x = f"\\N{EM DASH}{b.arn}"'),
        ("f-string", 'def f(pulumi):\n    return f"{b.arn}"'),
        ("f-string", 'x = f"{(y := b.arn)}{n}"'),
        ("concatenation", "x = b.size + n"),
        ("concatenation", 'x = "a".replace("b", b.arn)'),
        ("concatenation", "x = b.arn * 2"),
        ("percent", 'x = "%(a)s" % b.arn'),
        ("percent", 'x = "%5s" % b.arn'),
        ("percent", 'x = "%s %s" % (*y, b.arn)'),
        ("percent", "x = t % b.arn"),
        ("format", 'x = "{0.name}".format(b.arn)'),
        ("format", 'x = "{:{}}".format(b.arn, 5)'),
        ("format", "x = t.format(b.arn)"),
        ("join", 'x = ",".join(b.arn)'),
        ("json", "x = dumps(b.arn)"),
    ],
)
def test_what_is_not_certain_stays(use, text):
    before = f"{PULUMI}{text}\n"
    subject = "b.size" if "b.size" in text else "b.arn"

    assert changed(before, use, subject, at="x = " if use == "json" else "") == before


def test_a_document_takes_the_output_that_is_in_it():
    text = 'import json\nimport pulumi\nx = json.dumps({"a": [f"{b.arn}/*"]}, indent=2)\n'

    assert changed(text, "f-string").endswith(
        'x = pulumi.Output.json_dumps({"a": [pulumi.Output.concat(b.arn, "/*")]}, indent=2)\n'
    )
    assert "json_dumps({" in changed(text, "json", at="json.dumps")


def test_texts_are_joined_when_they_are_there():
    assert "pulumi.Output.all(b.arn, *c).apply(', '.join)" in changed(f"{PULUMI}x = ', '.join([b.arn, *c])\n", "join")
    looped = changed(f"{PULUMI}x = ','.join(b.arn for b in bs)\n", "join", "(b.arn for b in bs)", at="b.arn")
    assert "pulumi.Output.all(*(b.arn for b in bs)).apply(','.join)" in looped


@pytest.mark.parametrize(
    ("imports", "called"),
    [
        ("import pulumi", "pulumi.Output"),
        ("import pulumi as p", "p.Output"),
        ("from pulumi import Output", "Output"),
        ("from pulumi import Config, Output as O", "O"),
    ],
)
def test_outputs_are_called_as_the_file_calls_them(imports, called):
    assert changed(f'{imports}\nx = f"{{b.arn}}/*"\n', "f-string") == f'{imports}\nx = {called}.concat(b.arn, "/*")\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "import pulumi\n"),
        ('"""Says."""\n', '"""Says."""\nimport pulumi\n'),
        ("# comment\n", "# comment\nimport pulumi\n"),
        ("from __future__ import annotations\n", "from __future__ import annotations\nimport pulumi\n"),
        ("import os\nimport sys\n\n", "import os\nimport sys\nimport pulumi\n\n"),
        ("import os\n\nimport pulumi_aws as aws\n", "import os\n\nimport pulumi\nimport pulumi_aws as aws\n"),
        ("from pulumi import Config\n", "import pulumi\nfrom pulumi import Config\n"),
        ("import os\r\n", "import os\r\nimport pulumi\r\n"),
    ],
)
def test_a_missing_import_is_added_where_it_belongs(before, after):
    assert changed(f'{before}x = f"{{b.arn}}/*"\n', "f-string") == f'{after}x = pulumi.Output.concat(b.arn, "/*")\n'


@pytest.mark.parametrize("bound", ["pulumi = 1\n", "def f(pulumi): ...\n", "def f():\n    import pulumi\n"])
def test_a_name_that_means_something_else_is_not_taken(bound):
    text = f'{bound}x = f"{{b.arn}}/*"\n'

    assert changed(text, "f-string") == text
