"""The functions' environment variables, typed."""

from __future__ import annotations

from dataclasses import dataclass

from stackwright_handlers.settings import text


@dataclass(frozen=True, slots=True)
class UserSettings:
    """What the deployment tells user-service."""

    api_secret_arn: str = text("API_SECRET_ARN")
    users_table: str = text("USERS_TABLE_NAME")


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """What the deployment tells order-service."""

    api_secret_arn: str = text("API_SECRET_ARN")
    orders_table: str = text("ORDERS_TABLE_NAME")
    order_workflow_arn: str = text("ORDER_WORKFLOW_ARN")


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """What the deployment tells product-service."""

    api_secret_arn: str = text("API_SECRET_ARN")
    products_table: str = text("PRODUCTS_TABLE_NAME")
    data_bucket: str = text("DATA_BUCKET_NAME")
    data_key_arn: str = text("DATA_KEY_ARN")
