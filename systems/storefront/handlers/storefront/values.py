"""E-mail addresses and prices, as they come in and as they are kept."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from stackwright_handlers.values import clean_text, decimal_of, decimal_text

MAX_PRICE = Decimal("9999999999.99")
MAX_STOCK = 1_000_000_000
MAX_NAME_CHARACTERS = 200
MAX_CATEGORY_CHARACTERS = 100

_CENTS = 2


def clean_email(text: str) -> str | None:
    """Return an e-mail address in the one spelling that is kept: lower case, because nobody has two by letter case."""
    cleaned = clean_text(text, 254)
    return None if cleaned is None else unicodedata.normalize("NFC", cleaned.lower())


def price_of(value: Decimal | int | str) -> Decimal | None:
    """Return a price with two decimals; None if it has more of them, is negative or over `MAX_PRICE`."""
    return decimal_of(value, places=_CENTS, maximum=MAX_PRICE)


def price_text(price: Decimal | int) -> str:
    """Return a price as it travels, such as "19.90"."""
    return decimal_text(price, places=_CENTS)
