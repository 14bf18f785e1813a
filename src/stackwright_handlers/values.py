"""Texts, decimals and times, as they travel and as they are kept."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

_UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def clean_text(text: str, longest: int) -> str | None:
    """Return a one-line text in Unicode's form C without blanks around it.

    None if nothing is left, if it is longer than `longest` characters, or if it holds control characters, line
    separators or halves of surrogate pairs, which have no UTF-8.
    """
    cleaned = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(cleaned) <= longest:
        return None
    if not cleaned.isprintable() and any(unicodedata.category(character) in _UNWRITABLE for character in cleaned):
        return None
    return cleaned


def decimal_of(value: Decimal | int | str, *, places: int, maximum: Decimal) -> Decimal | None:
    """Return a number with so many decimals; None if it has more of them, is negative or over the maximum.

    A text must already have the form of a number, as a schema's pattern says it.
    """
    number = Decimal(value)
    # Compared first: a huge exponent cannot be brought to a few decimals.
    if not 0 <= number <= maximum:
        return None
    exact = number.quantize(Decimal(1).scaleb(-places))
    # Adding 0 turns a negative zero into zero.
    return exact + 0 if exact == number else None


def decimal_text(number: Decimal | int, *, places: int) -> str:
    """Return a number as it travels, such as "19.90"."""
    return str(Decimal(number).quantize(Decimal(1).scaleb(-places)))


def timestamp(moment: datetime) -> str:
    """Return a UTC time in ISO 8601 with microseconds, which sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the present moment, with its time zone."""
        ...
