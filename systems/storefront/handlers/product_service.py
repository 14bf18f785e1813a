"""Entry point of the function `product-service`: API Gateway proxy events, the workflow's tasks about the stock, and
notifications of S3 about new files."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from storefront.dynamodb import DynamoDbTable
from storefront.product_handler import ProductWorld, create_product_handler
from storefront.products import PRODUCT_ID
from storefront.s3 import S3ObjectStore
from storefront.secret import CursorSecret
from storefront.settings import ProductSettings

settings = ProductSettings.from_environment(os.environ)
products = DynamoDbTable(settings.products_table, PRODUCT_ID)

handler = create_product_handler(
    settings.environment,
    ProductWorld(
        products=products,
        files=S3ObjectStore(settings.data_bucket, settings.data_key_arn),
        bucket_name=settings.data_bucket,
        answers=products.idempotency_records,
        cursor_key=CursorSecret(settings.api_secret_arn),
        clock=lambda: datetime.now(UTC),
    ),
    Logger(),
)
