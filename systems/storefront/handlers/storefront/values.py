"""Texts, e-mail addresses, prices and times, as they come in and as they are kept."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

MAX_PRICE = Decimal("9999999999.99")
MAX_STOCK = 1_000_000_000
MAX_NAME_CHARACTERS = 200
MAX_CATEGORY_CHARACTERS = 100

_CENT = Decimal("0.01")
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


def clean_email(text: str) -> str | None:
    """Return an e-mail address in the one spelling that is kept: lower case, because nobody has two by letter case."""
    cleaned = clean_text(text, 254)
    return None if cleaned is None else unicodedata.normalize("NFC", cleaned.lower())


def price_of(value: Decimal | int | str) -> Decimal | None:
    """Return a price with two decimals; None if it has more of them, is negative or over `MAX_PRICE`.

    A text must already have the form of a price, see `schemas.json`.
    """
    price = Decimal(value)
    # Compared first: a huge exponent cannot be brought to two decimals.
    if not 0 <= price <= MAX_PRICE:
        return None
    exact = price.quantize(_CENT)
    # Adding 0 turns a negative zero into zero.
    return exact + 0 if exact == price else None


def price_text(price: Decimal | int) -> str:
    """Return a price as it travels, such as "19.90"."""
    return str(Decimal(price).quantize(_CENT))


def timestamp(moment: datetime) -> str:
    """Return a UTC time in ISO 8601 with microseconds, which sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
