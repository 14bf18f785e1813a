"""Comments that accept findings must have a reason and a use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stackwright.editing.edits import Edit
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.rule import check_rule
from stackwright.rules.runner import Done

if TYPE_CHECKING:
    from stackwright.editing.code import Code


@check_rule("STW001", "advice", "check")
def suppression_without_reason(done: Done) -> Iterator[Problem]:
    """A comment that accepts a finding and does not say why.

    ## Why is this bad?
    Nobody can tell later whether the finding still may be accepted. The comment has no effect.

    ## Example
    ```python
    aws.sqs.Queue("jobs")  # stackwright: ignore[API101]
    ```

    ## Use instead
    ```python
    aws.sqs.Queue("jobs")
    ```
    """
    for comment in done.comments:
        if not comment.reason:
            yield Problem(
                f"the comment accepts {comment.code} without a reason, so it has no effect",
                f"Say why: # stackwright: ignore[{comment.code}] the reason",
                comment.place,
            )


def _without(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.comments import without_code

    return without_code(code, finding.place.line, finding.place.column, str(finding.about))


@check_rule("STW002", "advice", "check", fix=_without)
def unused_suppression(done: Done) -> Iterator[Problem]:
    """A comment that accepts a finding which is not there.

    ## Why is this bad?
    The fault has gone, or was never there; the comment would hide it when it comes back.

    ## Example
    ```python
    aws.sqs.Queue("jobs")  # stackwright: ignore[API101] the gateway calls it by another name
    ```

    ## Use instead
    ```python
    aws.sqs.Queue("jobs")
    ```
    """
    for comment in done.unused:
        if comment.code not in done.known_codes:
            yield Problem(
                f"no rule has the code {comment.code!r}",
                "Remove the comment.",
                comment.place,
                about=comment.code,
            )
        elif comment.code in done.asked and comment.reason:
            message = f"there is no finding {comment.code} here"
            yield Problem(message, "Remove the comment.", comment.place, about=comment.code)
