"""What happens inside `apply`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.places import place, related
from stackwright.rules.rule import source_rule
from stackwright.source.facts import ResourceInApply, WrongShape
from stackwright.source.reader import Reading

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_PROBLEMS: Final = {
    "text": "made a text of, brackets and all",
    "key": "asked for the key {detail}",
    "index": "asked for the element {detail}, which it does not have",
    "attribute": "asked for the attribute `{detail}`",
    "parameters": "given to a function that cannot be called with one argument",
}
_TAKE_OUT: Final = 'Take the value out of it first, as args[0] or args["name"].'
_FIXES: Final = {
    ("list", "parameters"): "lambda args: … args[0] … args[1]",
    ("dict", "parameters"): 'lambda args: … args["name"] …',
    ("list", "attribute"): "args[0].attribute",
    ("dict", "attribute"): 'args["name"]',
    ("list", "key"): 'args[0], or Output.all(name=…) and args["name"]',
    ("list", "text"): "Without Output.all for a single value, or args[0].",
}


def _of_one(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.applies import single_value

    match finding.about:
        case WrongShape(given="list", problem="text"):
            return single_value(code, finding.place.line, finding.place.column)
        case _:
            return []


@source_rule("OUT104", "breaks", "output-misuse", rows=("S2-4", "S3-6"), fix=_of_one)
def apply_takes_another_shape(source: Reading) -> Iterator[Problem]:
    """A function of `apply` that takes the list of `Output.all` for something else.

    ## Why is this bad?
    `Output.all(a)` gives the function a list, even of one value, and `Output.all(name=a)` a dict; always as one
    argument. A text made of the list reads `['arn:aws:…']`, which is no ARN: AWS refuses the policy, or it allows
    nothing. https://www.pulumi.com/docs/iac/concepts/inputs-outputs/all/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    pulumi.export("objects", pulumi.Output.all(bucket.arn).apply(lambda arn: f"{arn}/*"))
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    pulumi.export("objects", bucket.arn.apply(lambda arn: f"{arn}/*"))
    ```
    """
    for fact in source.facts:
        if isinstance(fact, WrongShape):
            how = _PROBLEMS[fact.problem].format(detail=fact.detail)
            fix = _FIXES.get((fact.given, fact.problem), 'Take the value out of it first, as args[0] or args["name"].')
            given = f"a {fact.given}" if fact.given in ("list", "dict") else "one value"
            verb = "gives" if fact.problem == "parameters" else "is"
            of_all = " of Output.all" if fact.problem != "parameters" and fact.given in ("list", "dict") else ""
            yield Problem(
                f"`{fact.subject}` {verb} {given}{of_all}, which is {how}", fix, place(fact.place), about=fact
            )


@source_rule("OUT105", "breaks", "output-misuse", rows=("S3-5", "S3-6"))
def resource_in_apply(source: Reading) -> Iterator[Problem]:
    """A resource that is made inside `apply`, directly or by a helper.

    ## Why is this bad?
    While the value is unknown the function is not called: a preview does not show the resource, nothing can depend on
    it, and Pulumi deletes it in a run in which the value is unknown again.
    https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    bucket.arn.apply(lambda arn: aws.ssm.Parameter("inbox", type="String", value=arn))
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    aws.ssm.Parameter("inbox", type="String", value=bucket.arn)
    ```
    """
    for fact in source.facts:
        if isinstance(fact, ResourceInApply):
            yield Problem(
                f"{fact.resource} is made inside `apply`, which a preview does not call while the value is unknown",
                "Make the resource outside of `apply`, and give it the Output as its argument.",
                place(fact.place),
                related(fact, "the `apply` that it is made in"),
            )
