"""Products.

| attribute | type | meaning                                                                                      |
|-----------|------|----------------------------------------------------------------------------------------------|
| productId | S    | partition key                                                                                |
| category  | S    | partition key of `category-index`                                                            |
| name      | S    | sort key of `category-index`                                                                 |
| price     | N    | with at most two decimals                                                                    |
| stock     | N    | pieces that can still be ordered, never below zero                                           |
| version   | N    | counts changes, those of the stock by orders included: a change meant for an older one fails |
| createdAt | S    | UTC, ISO 8601 with microseconds                                                              |
| updatedAt | S    | likewise; changes of the stock by orders do not count                                        |
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stackwright_handlers.bodies import Body, invalid_field
from stackwright_handlers.errors import RequestError
from stackwright_handlers.pages import Page, PageRequest, Pages
from stackwright_handlers.table.items import (
    Attribute,
    Check,
    ConditionFailed,
    Item,
    Put,
    Query,
    Scan,
    Table,
    Update,
    absent,
)
from stackwright_handlers.values import Clock, clean_text, timestamp

from .ids import is_id, new_id
from .schemas import SCHEMAS
from .values import MAX_CATEGORY_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PRICE, price_of, price_text

PRODUCT_ID = "productId"
EXISTS = Check(PRODUCT_ID, "exists")

_NEW_BODY = Body(SCHEMAS["product"])
_CHANGE_BODY = Body(SCHEMAS["product_change"])


@dataclass(frozen=True, slots=True)
class Product:
    """A product; the module's docstring describes the attributes."""

    product_id: str
    category: str
    name: str
    price: Decimal
    stock: int
    version: int
    created_at: str
    updated_at: str

    @classmethod
    def from_item(cls, item: Item) -> Product:
        """Build the product from its stored form."""
        return cls(
            str(item["productId"]),
            str(item["category"]),
            str(item["name"]),
            Decimal(item["price"]),
            int(item["stock"]),
            int(item["version"]),
            str(item["createdAt"]),
            str(item["updatedAt"]),
        )

    def attributes(self) -> dict[str, Attribute]:
        """Return the product as it is stored."""
        return {
            "productId": self.product_id,
            "category": self.category,
            "name": self.name,
            "price": self.price,
            "stock": self.stock,
            "version": self.version,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }

    def public(self) -> dict[str, object]:
        """Return what clients see."""
        return {**self.attributes(), "price": price_text(self.price)}


@dataclass(frozen=True, slots=True)
class NewProduct:
    """The body of POST /products."""

    name: str
    category: str
    price: Decimal
    stock: int

    @classmethod
    def from_body(cls, body: str | None) -> NewProduct:
        """Read a request body; raises RequestError."""
        values = _NEW_BODY.read(body)
        name = _line(values, "name", MAX_NAME_CHARACTERS)
        category = _line(values, "category", MAX_CATEGORY_CHARACTERS)
        return cls(name, category, _price(values["price"]), values["stock"])


@dataclass(frozen=True, slots=True)
class ProductChange:
    """The body of PATCH /products/{productId}; None means that the value stays."""

    version: int
    price: Decimal | None
    stock: int | None

    @classmethod
    def from_body(cls, body: str | None) -> ProductChange:
        """Read a request body; raises RequestError."""
        values = _CHANGE_BODY.read(body)
        price = _price(values["price"]) if "price" in values else None
        return cls(values["version"], price, values.get("stock"))


class Products:
    """The products."""

    def __init__(self, table: Table, pages: Pages, clock: Clock) -> None:
        self._table = table
        self._pages = pages
        self._clock = clock

    def create(self, new: NewProduct, scope: str | None) -> Product:
        """Create a product; with the scope of an earlier attempt that got through, return what that one created.

        Raises:
            TableError: the table could not be used.
        """
        now = timestamp(self._clock())
        product = Product(new_id(scope), new.category, new.name, new.price, new.stock, 1, now, now)
        written = self._table.write(Put(product.attributes(), absent(PRODUCT_ID)))
        if isinstance(written, ConditionFailed):
            return self.get(product.product_id)
        return product

    def get(self, product_id: str) -> Product:
        """Return a product.

        Raises:
            RequestError: 404, there is none with this id.
            TableError: the table could not be read.
        """
        item = self._table.get(product_id) if is_id(product_id) else None
        if item is None:
            raise _unknown()
        return Product.from_item(item)

    def all(self, request: PageRequest) -> Page[Product]:
        """Return the products of all categories, each category's by name.

        Raises:
            RequestError: 400, the limit or the cursor is none.
            TableError, SecretError: the table or the key could not be read.
        """
        # The index holds products only: reservations and answers to requests, which lie beside them, have no category.
        return self._pages.page(Scan("category-index", "category", sort_key="name"), request, Product.from_item)

    def by_category(self, category: str, request: PageRequest) -> Page[Product]:
        """Return the products of a category by name.

        Raises:
            RequestError: 400, the category, the limit or the cursor is none.
            TableError, SecretError: the table or the key could not be read.
        """
        cleaned = clean_text(category, MAX_CATEGORY_CHARACTERS)
        if cleaned is None:
            raise RequestError(400, "invalid_category", "category is not the name of a category.")
        query = Query("category-index", "category", cleaned, sort_key="name")
        return self._pages.page(query, request, Product.from_item)

    def change(self, product_id: str, change: ProductChange) -> Product:
        """Change price or stock of the version that the client has seen.

        Raises:
            RequestError: 404, there is no product with this id; 409, it has another version by now.
            TableError: the table could not be used.
        """
        if not is_id(product_id):
            raise _unknown()
        assign: dict[str, Attribute] = {"updatedAt": timestamp(self._clock())}
        if change.price is not None:
            assign["price"] = change.price
        if change.stock is not None:
            assign["stock"] = change.stock
        guard = ((Check("version", "=", change.version),),)
        written = self._table.write(Update(product_id, guard, assign=assign, add={"version": 1}))
        if not isinstance(written, ConditionFailed):
            return Product.from_item(written)
        if written.item is None:
            raise _unknown()
        raise RequestError(
            409,
            "version_conflict",
            "The product was changed since; read it again.",
            {"version": int(written.item["version"])},
        )


def _unknown() -> RequestError:
    return RequestError(404, "product_not_found", "There is no product with this id.")


def _line(values: dict[str, Any], field: str, longest: int) -> str:
    text = clean_text(values[field], longest)
    if text is None:
        raise invalid_field(field, f"{field} must be one line that is not blank")
    return text


def _price(value: Decimal | int | str) -> Decimal:
    price = price_of(value)
    if price is None:
        raise invalid_field("price", f"price is at most {MAX_PRICE} and has at most two decimals")
    return price
