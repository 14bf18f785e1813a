"""Whatever a text is made of, the Output that it becomes has the same value, and all around it stays byte for byte."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stackwright.editing.code import Code
from stackwright.editing.edits import Positions, applied
from stackwright.editing.texts import text_of_output

ARN = "arn:aws:s3:::inbox"
SUBJECT = "b.arn"


class Text(str):
    """A text that can do what an Output can."""

    __slots__ = ()

    def apply(self, function: Any) -> Any:
        return function(self)


class Output:
    """What Pulumi makes of values, made at once."""

    concat = staticmethod(lambda *parts: Text("".join(parts)))
    format = staticmethod(lambda text, *args, **named: Text(text.format(*args, **named)))
    json_dumps = staticmethod(json.dumps)


NAMES = {
    "b": SimpleNamespace(arn=Text(ARN)),
    "n": 7,
    "d": {"key": "value{}"},
    "stage": "dev%s",
    "json": json,
    "pulumi": SimpleNamespace(Output=Output),
}

plain = st.text(alphabet="ab {}/:%'\"\\\nä€", max_size=6)
quotes = st.sampled_from(['"', "'", '"""', "'''"])
others = st.sampled_from(["{n}", "{stage}", "{d['key']}", "{stage!r}", "{n:>3}", "{ n }", "{b.arn:.{n}}", "{b.arn=}"])
subjects = st.sampled_from(["{b.arn}", "{b.arn!s}", "{b.arn:>30}", "{ b.arn }"])
gaps = st.sampled_from([" ", "  # why\n", "\n", "\r\n    "])


def literal(text: str, quote: str, *, doubled: bool = False) -> str:
    """The inside of a text in quotes."""
    inside = text.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}").replace("\n", "\\n")
    return inside.replace("{", "{{").replace("}", "}}") if doubled else inside


@st.composite
def strings(draw: st.DrawFn) -> str:
    quote = draw(quotes)
    return f"{quote}{literal(draw(plain), quote)}{quote}"


@st.composite
def formatted(draw: st.DrawFn, field: st.SearchStrategy[str] = subjects) -> str:
    quote = draw(quotes)
    head, tail = literal(draw(plain), quote, doubled=True), literal(draw(plain), quote, doubled=True)
    rest = [part if quote[0] not in part else "" for part in draw(st.lists(others, max_size=2))]
    return f"{draw(st.sampled_from(['f', 'F', 'rf', 'fR']))}{quote}{head}{''.join(rest)}{draw(field)}{tail}{quote}"


@st.composite
def implicit(draw: st.DrawFn) -> str:
    gap = draw(gaps)
    pieces = [*draw(st.lists(strings(), max_size=2)), draw(formatted()), *draw(st.lists(strings(), max_size=2))]
    return gap.join(pieces)


@st.composite
def sums(draw: st.DrawFn) -> tuple[str, str]:
    operands = st.one_of(strings(), st.sampled_from(["stage", "d['key']", "str(n)"]))
    gap = draw(gaps)
    before, after = draw(st.lists(operands, max_size=2)), draw(st.lists(operands, min_size=1, max_size=2))
    return f" +{gap}".join([*before, SUBJECT, *after]), "concatenation"


@st.composite
def percents(draw: st.DrawFn) -> tuple[str, str]:
    quote = draw(quotes)
    head, tail = (literal(draw(plain), quote).replace("%", "%%") for _ in range(2))
    one = draw(st.booleans())
    return f"{quote}{head}%s{'' if one else '%d'}{tail}{quote} % {SUBJECT if one else f'({SUBJECT}, n)'}", "percent"


@st.composite
def formats(draw: st.DrawFn) -> tuple[str, str]:
    quote = draw(quotes)
    head, tail = (literal(draw(plain), quote, doubled=True) for _ in range(2))
    field, rest = draw(st.sampled_from([("{}", SUBJECT), ("{0!r}{n}", f"{SUBJECT}, n=n"), ("{x:>30}", f"x={SUBJECT}")]))
    return f"{quote}{head}{field}{tail}{quote}.format({rest})", "format"


texts = st.one_of(
    st.one_of(formatted(), implicit()).map(lambda text: (text, "f-string")), sums(), percents(), formats()
)
places = st.sampled_from(
    [("x = (", ")\n"), ("x = [1,", ",\n 2][1]\r\n"), ("x = json.dumps({'a': [", "]})\n"), ("x = (lambda: (", "))()\n")]
)


def value(text: str) -> Any:
    names = dict(NAMES)
    exec(compile(text, "", "exec"), names)
    return names["x"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, places, st.sampled_from(["", "ä = 1  # über\n", "import json  \n"]))
def test_a_text_means_the_same_as_an_output(text: tuple[str, str], place: tuple[str, str], head: str) -> None:
    written, use = text
    before = f"{head}import pulumi\n{place[0]}{written}{place[1]}"
    try:
        meant = value(before.replace("import pulumi\n", "").replace("import json  \n", ""))
    except (SyntaxError, ValueError):
        return  # no program
    lines = before[: before.index(SUBJECT, before.index(place[0]))].split("\n")
    code = Code(before)

    edits = text_of_output(code, use, len(lines), len(lines[-1]) + 1, SUBJECT)

    after = applied(before, edits)
    spans = [Positions(before).span(edit) for edit in edits]
    start, end = before.index(place[0]), len(before) - len(place[1])
    assert all(start <= first <= last <= end for first, last in spans), "nothing else is touched"
    assert after.startswith(before[:start])
    assert after.endswith(place[1])
    if code.keeps(edits):
        assert value(after.replace("import pulumi\n", "").replace("import json  \n", "")) == meant, after
