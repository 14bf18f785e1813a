"""Outputs in texts, tests and loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.places import place
from stackwright.rules.rule import source_rule
from stackwright.source.facts import OutputUsed
from stackwright.source.reader import Reading

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_ROWS: Final = ("S0-9", "S0-12", "S1-4", "S2-4", "S3-5", "S3-6")

_IN_TEXT: Final = {
    "f-string": ("is put into a text by an f-string", "pulumi.Output.concat(…) or pulumi.Output.format(…)"),
    "format": ("is put into a text by `format`", "pulumi.Output.format(…)"),
    "percent": ("is put into a text by `%`", "pulumi.Output.concat(…) or pulumi.Output.format(…)"),
    "str": ("is made a text by `str`", "value.apply(str), or the Output itself"),
    "concatenation": ("is an operand of an operator", "pulumi.Output.concat(…)"),
    "join": (
        "is among the texts that `join` puts together",
        "pulumi.Output.all(…).apply(lambda parts: ','.join(parts))",
    ),
    "json": ("is given to `json.dumps`", "pulumi.Output.json_dumps(…)"),
    "name": ("is the name of a resource", "a name that is known when the program runs"),
    "path": ("is a path", "a path that is known when the program runs"),
    "call": ("is given to a function that needs its value", "value.apply(lambda value: …)"),
    "method": ("has no methods of its value", "value.apply(lambda value: …)"),
}
_IN_TESTS: Final = {
    "condition": (
        "is tested; an Output is always true",
        "a value of the configuration, or value.apply(lambda value: … if value else …)",
    ),
    "comparison": ("is compared; an Output equals nothing but itself", "value.apply(lambda value: value == …)"),
    "membership": ("is looked for, or looked into, by `in`", "value.apply(lambda value: … in …)"),
}
_IN_LOOPS: Final = {
    "iteration": ("is gone over", "value.apply(lambda items: [… for item in items])"),
    "length": ("has no length", "value.apply(len)"),
    "number": ("is made a number", "value.apply(int)"),
    "key": ("is the key of a dict", "a key that is known, or value.apply(lambda value: {value: …})"),
}


def _fixed(finding: Finding, code: Code) -> Sequence[Edit]:
    """A text of Outputs is an Output; of a whole resource nobody can say which of its outputs is meant."""
    from stackwright.editing.applies import method_of_value
    from stackwright.editing.texts import text_of_output

    used = finding.about
    if not isinstance(used, OutputUsed) or used.what != "output":
        return []
    if used.use == "method":
        return method_of_value(code, used.place.line, used.place.column, used.detail)
    return text_of_output(code, used.use, used.place.line, used.place.column, used.subject)


@source_rule("OUT101", "breaks", "output-misuse", rows=_ROWS, fix=_fixed)
def output_as_text(source: Reading) -> Iterator[Problem]:
    """An Output that is used as if it were a text.

    ## Why is this bad?
    An Output has no value while the program runs. Where a text is made of it, the text holds `Calling __str__ on an
    Output[T] is not supported` in place of the value, and so does the policy, the name or the variable that it becomes;
    other uses stop the program. https://www.pulumi.com/docs/iac/concepts/inputs-outputs/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    pulumi.export("objects", f"{bucket.arn}/*")
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    pulumi.export("objects", pulumi.Output.concat(bucket.arn, "/*"))
    ```
    """
    yield from _uses(source, _IN_TEXT)


@source_rule("OUT102", "breaks", "output-misuse", rows=_ROWS)
def output_as_condition(source: Reading) -> Iterator[Problem]:
    """An Output that a decision of the program hangs on.

    ## Why is this bad?
    The program decides before there is a value: an Output is always true, and equal to no value.
    https://www.pulumi.com/docs/iac/concepts/inputs-outputs/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    if bucket.region == "eu-central-1":
        aws.s3.Bucket("copies")
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    if pulumi.Config().get("copies") == "yes":
        aws.s3.Bucket("copies")
    ```
    """
    yield from _uses(source, _IN_TESTS)


@source_rule("OUT103", "breaks", "output-misuse", rows=_ROWS)
def output_gone_over(source: Reading) -> Iterator[Problem]:
    """An Output that is gone over, counted, made a number or used as a key.

    ## Why is this bad?
    The list or number is not there while the program runs, so this stops it.
    https://www.pulumi.com/docs/iac/concepts/inputs-outputs/

    ## Example
    ```python
    zone = aws.get_availability_zones_output(state="available")
    for number, name in enumerate(zone.names):
        aws.sqs.Queue(f"jobs-{number}")
    ```

    ## Use instead
    ```python
    zone = aws.get_availability_zones(state="available")
    for number, name in enumerate(zone.names):
        aws.sqs.Queue(f"jobs-{number}")
    ```
    """
    yield from _uses(source, _IN_LOOPS)


def _uses(source: Reading, wanted: dict[str, tuple[str, str]]) -> Iterator[Problem]:
    for fact in source.facts:
        if isinstance(fact, OutputUsed) and fact.use in wanted:
            how, fix = wanted[fact.use]
            what = "an Output" if fact.what == "output" else "a whole resource"
            verb = "holds" if fact.subject.startswith(("(", "[", "{")) else "is"
            if fact.what == "resource":
                fix = f"an output of the resource, such as its `arn`, and {fix}"
            told = f": `{fact.detail}` is called on what is not there yet" if fact.detail else ""
            yield Problem(f"`{fact.subject}` {verb} {what} and {how}{told}", fix, place(fact.place), about=fact)
