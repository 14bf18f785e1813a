"""Entry point of the function `order-service`: API Gateway proxy events, the workflow's tasks about the order itself,
and the schedule's task ResumeOrders."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from storefront.order_handler import OrderWorld, create_order_handler
from storefront.orders import ORDER_ID
from storefront.settings import OrderSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.secret import SecretValue
from stackwright_handlers.settings import read
from stackwright_handlers.step_functions import StepFunctionsWorkflow
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(OrderSettings, os.environ)
orders = DynamoDbTable(settings.orders_table, ORDER_ID)

handler = create_order_handler(
    OrderWorld(
        orders=orders,
        workflow=StepFunctionsWorkflow(settings.order_workflow_arn),
        answers=orders.idempotency_records,
        cursor_key=SecretValue(settings.api_secret_arn, "cursor_key"),
        clock=lambda: datetime.now(UTC),
    ),
    new_logger(),
)
