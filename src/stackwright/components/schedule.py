"""Schedule expressions, checked before EventBridge refuses them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from typing import Final

import pulumi

from .errors import ComponentError

_RATE: Final = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)")
_CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")


def check_triggers(rule: str, pattern: pulumi.Input[str] | None, schedule: str | None) -> None:
    """Raise ComponentError unless a rule has a pattern or a well-formed schedule, and not both."""
    if (pattern is None) == (schedule is None):
        raise ComponentError(f"{rule} needs a pattern or a schedule", fix="set one of them")
    if schedule is not None and not _well_formed(schedule):
        raise ComponentError(
            f"{rule}: schedule is {schedule!r}, which EventBridge refuses",
            fix="write rate(1 minute), rate(5 minutes), or cron(…) with six fields of which one day field is `?`",
        )


def _well_formed(schedule: str) -> bool:
    rate = _RATE.fullmatch(schedule)
    if rate is not None:
        # `rate(1 minutes)` and `rate(5 minute)` are refused.
        return (rate[1] == "1") == (rate[3] == "")
    cron = _CRON.fullmatch(schedule)
    # The day of the month and the day of the week cannot both be given.
    return cron is not None and [cron[3], cron[5]].count("?") == 1
