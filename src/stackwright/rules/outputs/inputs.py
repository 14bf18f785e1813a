"""Texts of Outputs that have got into inputs, by whatever way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stackwright.graph import Value, reveal
from stackwright.rules.finding import Problem
from stackwright.rules.limits.values import spelled
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import View

# What str() and repr() say of an Output, and of what is not awaited.
_NO_VALUE: Final = re.compile(
    r"on an Output\[T\] is not supported|<pulumi\.output\.Output object at|<coroutine object "
)
_POLICIES: Final = frozenset({"policy", "assumeRolePolicy", "inlinePolicies"})  # IAM101 says it of the statement


@graph_rule("OUT111", "breaks", "output-misuse", rows=("S0-9", "S0-12", "S1-4", "S2-4", "S3-5", "S3-6"))
def input_with_text_of_output(graph: View) -> Iterator[Problem]:
    """An input that holds what Python says of an Output in place of its value.

    ## Why is this bad?
    A text was made of an Output somewhere, maybe in a library: it reads `Calling __str__ on an Output[T] is not
    supported`, and AWS gets that as a name, an ARN or a setting.
    https://www.pulumi.com/docs/iac/concepts/inputs-outputs/

    ## Example
    ```python
    bucket = aws.s3.Bucket("inbox")
    aws.ssm.Parameter("inbox", type="String", value="-".join(map(str, [bucket.arn, "inbox"])))
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("inbox")
    aws.ssm.Parameter("inbox", type="String", value=pulumi.Output.concat(bucket.arn, "-inbox"))
    ```
    """
    for node in graph:
        for key, value in node.resource.inputs.items():
            if key not in _POLICIES:
                path = next((path for path, text in _texts(key, value) if _NO_VALUE.search(text)), None)
                if path is not None:
                    yield node.problem(
                        f"`{spelled(path)}` of {node.name!r} holds the text of an Output in place of its value",
                        fix="pulumi.Output.concat(…), pulumi.Output.format(…) or value.apply(…) where the text is made",
                        at=path,
                    )


def _texts(path: str, value: Value) -> Iterator[tuple[str, str]]:
    value = reveal(value)
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in cast("Mapping[str, Any]", value).items():
            yield from _texts(f"{path}.{key}", part)
    elif isinstance(value, list):
        for number, part in enumerate(cast("list[Any]", value)):
            yield from _texts(f"{path}.{number}", part)
