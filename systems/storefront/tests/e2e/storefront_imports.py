"""Files of products, and bringing them in."""

from __future__ import annotations

from dataclasses import dataclass

from storefront_stack import DEADLINE, Storefront

HEADER = "name,category,price,stock\n"
CATEGORY = "CATEGORY"
"""Stands for the category that a test makes up."""


@dataclass(frozen=True)
class Import:
    """A file and where it comes by."""

    name: str
    content: bytes

    @property
    def incoming(self) -> str:
        return f"incoming/{self.name}"

    @property
    def processed(self) -> str:
        return f"processed/{self.name}"

    @property
    def report(self) -> str:
        return f"rejected/{self.name}.json"


def rows(category: str, count: int, price: str = "", stock: int | None = None) -> bytes:
    """A file of products whose names sort as their numbers do."""
    lines = (
        f"Product {number:05},{category},{price or f'{number % 100}.5'},{number if stock is None else stock}\n"
        for number in range(count)
    )
    return (HEADER + "".join(lines)).encode()


def bring(storefront: Storefront, *files: Import) -> None:
    """Put files in at once, and wait until they are moved."""
    for file in files:
        storefront.put_file(file.incoming, file.content)
    for file in files:
        storefront.eventually(f"{file.name} is moved", lambda file=file: moved(storefront, file), 4 * DEADLINE)


def moved(storefront: Storefront, file: Import) -> bool:
    return storefront.keys(file.processed) != [] and storefront.keys(file.incoming) == []


def imported_products(storefront: Storefront, category: str) -> dict[str, tuple[str, int, int]]:
    """Price, stock and version of a category's products by their names, of which no two are the same."""
    items = [item for page in storefront.pages("/products", category=category, limit="100") for item in page["items"]]
    found = {item["name"]: (item["price"], item["stock"], item["version"]) for item in items}
    assert len(found) == len(items)
    return found
