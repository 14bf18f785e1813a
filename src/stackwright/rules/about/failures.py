"""A rule that fails must not pass for one that has found nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.finding import Problem
from stackwright.rules.rule import check_rule
from stackwright.rules.runner import Done


@check_rule("STW003", "advice", "check")
def rule_failed(done: Done) -> Iterator[Problem]:
    """A rule of Stackwright's that raised an exception.

    ## Why is this bad?
    What it asks was not answered. The fault is Stackwright's, not the program's; the other rules were asked all the
    same.
    """
    for crash in done.crashes:
        yield Problem(
            f"the rule {crash.rule.code} ({crash.rule.name}) failed{crash.about}: {crash.error} at {crash.where}",
            f"Report it to Stackwright, and go on with --ignore {crash.rule.code}.",
            crash.place,
        )
