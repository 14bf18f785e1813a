"""Entry point of the function `order-service`: API Gateway proxy events, the workflow's tasks about the order itself,
and the schedule's task ResumeOrders."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from storefront.dynamodb import DynamoDbTable
from storefront.order_handler import OrderWorld, create_order_handler
from storefront.orders import ORDER_ID
from storefront.secret import CursorSecret
from storefront.settings import OrderSettings
from storefront.step_functions import StepFunctionsWorkflow

settings = OrderSettings.from_environment(os.environ)
orders = DynamoDbTable(settings.orders_table, ORDER_ID)

handler = create_order_handler(
    settings.environment,
    OrderWorld(
        orders=orders,
        workflow=StepFunctionsWorkflow(settings.order_workflow_arn),
        answers=orders.idempotency_records,
        cursor_key=CursorSecret(settings.api_secret_arn),
        clock=lambda: datetime.now(UTC),
    ),
    Logger(),
)
