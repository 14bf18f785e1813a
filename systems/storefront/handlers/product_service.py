"""Entry point of the function `product-service`: API Gateway proxy events, the workflow's tasks about the stock, and
notifications of S3 about new files."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from storefront.product_handler import ProductWorld, create_product_handler
from storefront.products import PRODUCT_ID
from storefront.settings import ProductSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.s3 import S3Files
from stackwright_handlers.secret import SecretValue
from stackwright_handlers.settings import read
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(ProductSettings, os.environ)
products = DynamoDbTable(settings.products_table, PRODUCT_ID)

handler = create_product_handler(
    ProductWorld(
        products=products,
        files=S3Files(settings.data_bucket, settings.data_key_arn),
        bucket_name=settings.data_bucket,
        answers=products.idempotency_records,
        cursor_key=SecretValue(settings.api_secret_arn, "cursor_key"),
        clock=lambda: datetime.now(UTC),
    ),
    new_logger(),
)
