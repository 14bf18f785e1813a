"""Times as milliseconds since 1970: from seconds, milliseconds or ISO 8601, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

FIRST: Final = 0
LAST: Final = 4_102_444_799_999
"""The end of the year 2099."""

FORMS: Final = "seconds or milliseconds since 1970, or ISO 8601 such as 2025-03-04T05:06:07Z"

# Below are seconds up to the year 5138, from it on milliseconds since 1973.
_SECONDS_BELOW: Final = 100_000_000_000
_EPOCH = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,9})?", re.ASCII)
_ISO = re.compile(
    r"""([0-9]{4}-[0-9]{2}-[0-9]{2})
        (?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]{1,9}))?\s?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?""",
    re.ASCII | re.VERBOSE,
)
_COMPACT_DATE = re.compile(r"(?:19|20)[0-9]{6}", re.ASCII)
_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NoMoment(Exception):
    """A text is no time that can be kept; the message says why."""


def moment_of(text: str) -> int:
    """Return a time; one without a time zone is in UTC, a date is its midnight.

    Raises:
        NoMoment: it has none of the `FORMS`, is before 1970 or after 2099, or is finer than milliseconds.
    """
    moment = _epoch(text) if _EPOCH.fullmatch(text) else _iso(text)
    if FIRST <= moment <= LAST:
        return moment
    raise NoMoment("is not between 1970 and 2099")


def moment_text(moment: int) -> str:
    """Return a time in ISO 8601 with milliseconds, in UTC."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03}Z"


def _epoch(text: str) -> int:
    if _COMPACT_DATE.fullmatch(text):
        # As seconds this would be a day in August 1970.
        raise NoMoment("looks like a date; write it as 2025-03-04")
    if "." not in text:
        number = int(text)
        return number if abs(number) >= _SECONDS_BELOW else number * 1000
    number = Decimal(text)
    milliseconds = number if abs(number) >= _SECONDS_BELOW else number * 1000
    if milliseconds != milliseconds.to_integral_value():
        raise NoMoment("is finer than milliseconds")
    return int(milliseconds)


def _iso(text: str) -> int:
    found = _ISO.fullmatch(text)
    if found is None:
        raise NoMoment(f"is none of {FORMS}")
    day, clock, fraction, zone = found.groups(default="")
    milliseconds = (fraction[:3] + "000")[:3]
    if fraction[3:].strip("0"):
        raise NoMoment("is finer than milliseconds")
    try:
        return _second(day, clock, zone.upper()) + int(milliseconds)
    except ValueError:
        raise NoMoment("is a time that there is not") from None


@lru_cache(maxsize=1024)
def _second(day: str, clock: str, zone: str) -> int:
    at = datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone or 'Z'}")
    return int((at - _ZERO).total_seconds()) * 1000
