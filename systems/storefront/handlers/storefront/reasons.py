"""Why an order is rejected."""

from __future__ import annotations

from typing import Final

UNKNOWN_USER: Final = "unknown_user"
UNKNOWN_PRODUCT: Final = "unknown_product"
OUT_OF_STOCK: Final = "out_of_stock"

ALL: Final = (UNKNOWN_USER, UNKNOWN_PRODUCT, OUT_OF_STOCK)
