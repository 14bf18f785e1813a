"""What product-service may do in particular, each thing taken away in turn; see test_least_privilege.py."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from storefront_refusals import (
    assert_failed,
    dead_letter,
    ended,
    invoke,
    needs,
    order_row,
    refused,
    resumed,
)
from storefront_stack import Storefront, unique

from stackwright.testing.roles import Grant

pytestmark = pytest.mark.e2e

SERVICE = "product-service"
TABLE = "products-table"


# ---- products and stock ----------------------------------------------------------------------------------------------


@needs(SERVICE, ("dynamodb:GetItem", TABLE))
def test_showing_a_product_needs(storefront: Storefront, grant: Grant) -> None:
    product_id = storefront.new_product(5)
    with refused(storefront, SERVICE, grant):
        assert_failed(storefront.call("GET", f"/products/{product_id}"))

    assert storefront.stock(product_id) == 5


@needs(SERVICE, ("dynamodb:UpdateItem", TABLE))
def test_changing_a_product_needs(storefront: Storefront, grant: Grant) -> None:
    product_id, change = storefront.new_product(5), {"version": 1, "price": "5.00"}
    with refused(storefront, SERVICE, grant):
        assert_failed(storefront.call("PATCH", f"/products/{product_id}", change))
        product = storefront.get(f"/products/{product_id}")
        assert (product["version"], product["price"]) == (1, "19.99")

    assert storefront.call("PATCH", f"/products/{product_id}", change).json()["price"] == "5.00"


@needs(SERVICE, ("dynamodb:Query", "products-category-index"))
def test_listing_products_needs(storefront: Storefront, grant: Grant) -> None:
    category = unique("rights")
    product_id = storefront.new_product(5, category)
    with refused(storefront, SERVICE, grant):
        assert_failed(storefront.call("GET", f"/products?category={category}"))

    assert [each["productId"] for each in storefront.get("/products", category=category)["items"]] == [product_id]


@needs(SERVICE, ("dynamodb:Scan", "products-category-index"))
def test_listing_all_products_needs(storefront: Storefront, grant: Grant) -> None:
    product_id = storefront.new_product(5, unique("rights"))
    with refused(storefront, SERVICE, grant):
        assert_failed(storefront.call("GET", "/products"))

    pages = storefront.pages("/products", limit="100")
    assert [each["productId"] for page in pages for each in page["items"]].count(product_id) == 1


@needs(SERVICE, ("dynamodb:UpdateItem", TABLE))
def test_taking_stock_needs(storefront: Storefront, grant: Grant) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(5)
    with refused(storefront, SERVICE, grant):
        order_id = storefront.place(user_id, product_id, 2)
        order = storefront.decided(order_id)
        assert storefront.stock(product_id) == 5
    assert (order["status"], order["reason"]) == ("failed", "TableError")
    assert ended(storefront, order_id)["error"] == "WorkflowFailed"

    assert storefront.decided(storefront.place(user_id, product_id, 2))["status"] == "confirmed"
    assert storefront.stock(product_id) == 3


@needs(SERVICE, ("dynamodb:PutItem", TABLE))
def test_reserving_stock_needs(storefront: Storefront, grant: Grant) -> None:
    user_id, product_id = storefront.new_user(), storefront.new_product(5)
    with refused(storefront, SERVICE, grant):
        order_id = storefront.place(user_id, product_id, 2)
        assert ended(storefront, order_id)["error"] == "WorkflowFailed"
        # Not even that nothing was taken can be written down, so the order stays open.
        assert order_row(storefront, order_id)["status"] == "failing"
        assert storefront.stock(product_id) == 5

    assert resumed(storefront, order_id)["status"] == "failed"
    assert storefront.stock(product_id) == 5
    assert storefront.decided(storefront.place(user_id, product_id, 2))["status"] == "confirmed"


# ---- importing -------------------------------------------------------------------------------------------------------


def csv_file(category: str) -> bytes:
    """A file with one good and one bad row."""
    return f"name,category,price,stock\nChair,{category},19.99,5\n,{category},many,-1\n".encode()


LEFT = {
    # What of the import is done without the right: are products written, is there a report, a copy, the file.
    "dynamodb:GetItem": (False, False, False, True),
    "dynamodb:UpdateItem": (False, False, False, True),
    "s3:GetObject": (False, False, False, True),
    "kms:Decrypt": (False, False, False, True),
    "kms:GenerateDataKey": (True, False, False, True),
    "data-bucket-rejected": (True, False, False, True),
    "data-bucket-processed": (True, True, False, True),
    "s3:DeleteObject": (True, True, True, True),
}


@needs(
    SERVICE,
    ("dynamodb:GetItem", TABLE),
    ("dynamodb:UpdateItem", TABLE),
    ("s3:GetObject", "data-bucket-incoming"),
    ("kms:Decrypt", "data-key through s3"),
    ("kms:GenerateDataKey", "data-key through s3"),
    ("s3:PutObject", "data-bucket-rejected"),
    ("s3:PutObject", "data-bucket-processed"),
    ("s3:DeleteObject", "data-bucket-incoming"),
)
def test_importing_needs(storefront: Storefront, grant: Grant) -> None:
    category, name = unique("rights"), f"{unique('import')}.csv"
    incoming, processed, report = f"incoming/{name}", f"processed/{name}", f"rejected/{name}.json"
    with refused(storefront, SERVICE, grant):
        storefront.put_file(incoming, csv_file(category))
        event = dead_letter(storefront, SERVICE, name)
        found = (
            storefront.get("/products", category=category)["items"] != [],
            *(storefront.keys(key) != [] for key in (report, processed, incoming)),
        )
        assert found == LEFT.get(grant[0], LEFT.get(grant[1]))

    # The event is in the dead-letter queue, and can be sent again.
    (done,) = invoke(storefront, SERVICE, event)["files"]
    assert (done["accepted"], done["rejected"]) == (1, 1)
    assert storefront.keys(incoming) == []
    assert storefront.file(processed) == csv_file(category)
    assert [problem["line"] for problem in json.loads(storefront.file(report))["problems"]] == [3]
    (product,) = storefront.get("/products", category=category)["items"]
    assert (product["stock"], product["version"]) == (5, 1)


@needs(SERVICE, ("s3:ListBucket", "data-bucket"))
def test_a_file_that_is_gone_needs(storefront: Storefront, grant: Grant) -> None:
    name = f"{unique('gone')}.csv"
    bucket = {"name": storefront.outputs["data_bucket_name"]}
    event = {"Records": [{"s3": {"bucket": bucket, "object": {"key": quote_plus(f"incoming/{name}")}}}]}
    with refused(storefront, SERVICE, grant), pytest.raises(AssertionError, match="AccessDenied"):
        invoke(storefront, SERVICE, event)

    assert invoke(storefront, SERVICE, event) == {"files": [{"file": f"incoming/{name}", "outcome": "gone"}]}
