"""The deployment packages of the services: every file by name, dependencies from the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stackwright.components import Package

HANDLERS: Final = Path(__file__).resolve().parent / "handlers"

COMMON: Final = (
    "schemas.json",
    "storefront/__init__.py",
    "storefront/aws.py",
    "storefront/bodies.py",
    "storefront/cursors.py",
    "storefront/dynamodb.py",
    "storefront/errors.py",
    "storefront/expressions.py",
    "storefront/function.py",
    "storefront/http.py",
    "storefront/idempotency.py",
    "storefront/ids.py",
    "storefront/items.py",
    "storefront/pages.py",
    "storefront/ports.py",
    "storefront/reasons.py",
    "storefront/routing.py",
    "storefront/secret.py",
    "storefront/settings.py",
    "storefront/tasks.py",
    "storefront/values.py",
)
USER_SERVICE: Final = (
    "user_service.py",
    "storefront/user_api.py",
    "storefront/user_handler.py",
    "storefront/users.py",
)
ORDER_SERVICE: Final = (
    "order_service.py",
    "storefront/order_api.py",
    "storefront/order_handler.py",
    "storefront/order_lifecycle.py",
    "storefront/orders.py",
    "storefront/resuming.py",
    "storefront/step_functions.py",
)
PRODUCT_SERVICE: Final = (
    "product_service.py",
    "storefront/csv_records.py",
    "storefront/importing.py",
    "storefront/inventory.py",
    "storefront/notifications.py",
    "storefront/product_api.py",
    "storefront/product_handler.py",
    "storefront/product_rows.py",
    "storefront/products.py",
    "storefront/s3.py",
)


def user_service_package() -> Package:
    """The package of user-service, the same bytes on every machine."""
    return Package(HANDLERS, files=(*COMMON, *USER_SERVICE), lock="requirements.lock")


def order_service_package() -> Package:
    """The package of order-service."""
    return Package(HANDLERS, files=(*COMMON, *ORDER_SERVICE), lock="requirements.lock")


def product_service_package() -> Package:
    """The package of product-service."""
    return Package(HANDLERS, files=(*COMMON, *PRODUCT_SERVICE), lock="requirements.lock")
