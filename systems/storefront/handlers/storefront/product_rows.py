"""Records of a CSV file to products. Whatever is wrong with a row is said in words for the one who made the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from stackwright_handlers.csv_records import FileFault
from stackwright_handlers.values import clean_text

from .ids import is_id, product_id_of
from .values import MAX_CATEGORY_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PRICE, MAX_STOCK, price_of

REQUIRED: Final = ("name", "category", "price", "stock")
OPTIONAL: Final = ("productId",)

_PRICE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)
_STOCK = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A good row."""

    product_id: str
    name: str
    category: str
    price: Decimal
    stock: int


class BadRow(Exception):
    """A row is no product; the message lists everything that is wrong with it."""


class Columns:
    """The columns of a file, in its own order.

    Raises:
        FileFault: names are missing, unknown or there twice. Other spellings of a name are unknown names.
    """

    def __init__(self, header: list[str]) -> None:
        names = [cell.strip() for cell in header]
        faults = [f"there is no column {name}" for name in REQUIRED if name not in names]
        faults += [f"the column {name[:50]!r} is unknown" for name in names if name not in REQUIRED + OPTIONAL]
        faults += [f"the column {name} is there twice" for name in REQUIRED + OPTIONAL if names.count(name) > 1]
        if faults:
            raise FileFault("; ".join(faults))
        self._names = names

    def row(self, cells: list[str]) -> ProductRow:
        """Return the product that a row describes; raises BadRow."""
        if len(cells) != len(self._names):
            raise BadRow(f"the row has {len(cells)} cells, the header {len(self._names)}")
        values = dict(zip(self._names, (cell.strip() for cell in cells), strict=True))
        problems: list[str] = []
        name = _line(values, "name", MAX_NAME_CHARACTERS, problems)
        category = _line(values, "category", MAX_CATEGORY_CHARACTERS, problems)
        price = _price(values["price"], problems)
        stock = _stock(values["stock"], problems)
        product_id = values.get("productId", "").lower()
        if product_id and not is_id(product_id):
            problems.append("productId is not a UUID")
        if problems:
            raise BadRow("; ".join(problems))
        return ProductRow(product_id or product_id_of(name, category), name, category, price, stock)


def _line(values: dict[str, str], column: str, longest: int, problems: list[str]) -> str:
    text = clean_text(values[column], longest)
    if text is None:
        problems.append(f"{column} is not one line of 1 to {longest} characters")
    return text or ""


def _price(text: str, problems: list[str]) -> Decimal:
    price = price_of(text) if _PRICE.fullmatch(text) else None
    if price is None:
        problems.append(f"price is not a number from 0 to {MAX_PRICE} with at most two decimals")
    return price or Decimal(0)


def _stock(text: str, problems: list[str]) -> int:
    stock = int(text) if _STOCK.fullmatch(text) else -1
    if not 0 <= stock <= MAX_STOCK:
        problems.append(f"stock is not a whole number from 0 to {MAX_STOCK}")
    return stock
