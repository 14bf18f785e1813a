"""Symbols and numbers, as they come in and as they travel."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Final

MAX_DIGITS: Final = 18
"""Before the point, and behind it. DynamoDB keeps 38 digits of a number.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html"""

SYMBOL_FORM: Final = "1 to 32 of the characters A-Z a-z 0-9 . ^ = _ : - beginning with a letter, a digit or ^"
NUMBER_FORM: Final = f"a number with at most {MAX_DIGITS} digits before and {MAX_DIGITS} behind the point"

_SYMBOL = re.compile(r"[A-Za-z0-9^][A-Za-z0-9.^=_:-]{0,31}", re.ASCII)
# Most numbers; all others take the long way.
_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
# Takes all that `_NUMBER` lets through; the usual context would round it.
_WIDE: Final = Context(prec=200)
_LIMIT: Final = Decimal(10) ** MAX_DIGITS


def is_symbol(text: str) -> bool:
    """Tell whether this may be a symbol, such as AAPL, BRK.B, ^GSPC, EURUSD=X or BTC-USD."""
    return _SYMBOL.fullmatch(text) is not None


def number_of(text: str) -> Decimal | None:
    """Return a decimal number, or None if it is none, or has too many digits before or behind the point."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    # Compared first: a huge exponent cannot be brought to a few decimals.
    if not -_LIMIT < number < _LIMIT:
        return None
    number = _WIDE.normalize(number)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return number if exponent >= -MAX_DIGITS else None


def number_text(number: Decimal) -> str:
    """Return a number without an exponent and without needless zeros, such as "19.9"; zero has no sign."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
