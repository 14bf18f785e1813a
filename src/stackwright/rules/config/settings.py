"""Settings that are overruled or misread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.places import place
from stackwright.rules.rule import source_rule
from stackwright.source.facts import AlwaysTrue, LiteralSecret, LostSetting
from stackwright.source.reader import Reading

if TYPE_CHECKING:
    from stackwright.editing.code import Code

# They give None for what is not set; a number made of an environment variable never is.
_MAY_BE_NONE: Final = re.compile(r"\.get_(?:bool|int|float)\(")


def _asked(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.defaults import default_for_none

    lost = finding.about
    if not isinstance(lost, LostSetting) or not _MAY_BE_NONE.search(lost.setting):
        return []
    at = lost.place
    return default_for_none(code, at.line, at.column, at.end_line, at.end_column)


@source_rule("CFG101", "breaks", "config", rows=("S0-2", "S0-12", "S0-14"), fix=_asked)
def setting_overruled(source: Reading) -> Iterator[Problem]:
    """A setting whose explicit `false` or 0 is overruled by a default behind `or`.

    ## Why is this bad?
    `False or True` is True and `0 or 10` is 10: who switches something off, or sets it to 0, gets the default all the
    same, and nothing says so. https://docs.python.org/3/reference/expressions.html#boolean-operations

    ## Example
    ```python
    config = pulumi.Config()
    tracing = config.get_bool("tracing") or True
    ```

    ## Use instead
    ```python
    config = pulumi.Config()
    tracing = config.get_bool("tracing", True)
    ```
    """
    for fact in source.facts:
        if isinstance(fact, LostSetting):
            yield Problem(
                f"{fact.setting} may be {fact.lost}, and then `{fact.default}` is taken in its place",
                f"Ask whether it is None, as in `value = {fact.setting}` and "
                f"`{fact.default} if value is None else value`.",
                place(fact.place),
                about=fact,
            )


@source_rule("CFG102", "breaks", "config", rows=("S0-12",))
def text_as_flag(source: Reading) -> Iterator[Problem]:
    """A text such as "false" whose truth is asked.

    ## Why is this bad?
    Every text but the empty one is true, "false" and "0" as well: the switch cannot be switched off.
    https://docs.python.org/3/library/stdtypes.html#truth-value-testing

    ## Example
    ```python
    import os

    import pulumi
    import pulumi_aws as aws

    if os.environ.get("ARCHIVE", "false"):
        aws.s3.Bucket("archive")
    ```

    ## Use instead
    ```python
    import os

    import pulumi
    import pulumi_aws as aws

    if os.environ.get("ARCHIVE", "false").lower() == "true":
        aws.s3.Bucket("archive")
    ```
    """
    for fact in source.facts:
        if isinstance(fact, AlwaysTrue):
            yield Problem(
                f'{fact.setting} is a text, and every text but the empty one is true, "false" as well',
                'Compare it: `value.lower() == "true"`.',
                place(fact.place),
            )


@source_rule("CFG103", "leaks", "config")
def secret_in_source(source: Reading) -> Iterator[Problem]:
    """A password or key that stands in the source.

    ## Why is this bad?
    Everybody who can read the repository can read it, and the state of the stack holds it as plain text.
    https://www.pulumi.com/docs/iac/concepts/secrets/

    ## Example
    ```python
    aws.secretsmanager.SecretVersion("api", secret_id="api", secret_string="hunter2-and-more")
    ```

    ## Use instead
    ```python
    config = pulumi.Config()
    aws.secretsmanager.SecretVersion("api", secret_id="api", secret_string=config.get_secret("api"))
    ```
    """
    for fact in source.facts:
        if isinstance(fact, LiteralSecret):
            yield Problem(
                f"the value of `{fact.what}` stands in the source",
                "pulumi.Config().require_secret(…), or a generated value such as pulumi_random.RandomPassword.",
                place(fact.place),
            )
