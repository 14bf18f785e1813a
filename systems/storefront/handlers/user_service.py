"""Entry point of the function `user-service`: API Gateway proxy events and the workflow's task ValidateUser."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from storefront.dynamodb import DynamoDbTable
from storefront.secret import CursorSecret
from storefront.settings import UserSettings
from storefront.user_handler import UserWorld, create_user_handler
from storefront.users import USER_ID

settings = UserSettings.from_environment(os.environ)
users = DynamoDbTable(settings.users_table, USER_ID)

handler = create_user_handler(
    settings.environment,
    UserWorld(
        users=users,
        answers=users.idempotency_records,
        cursor_key=CursorSecret(settings.api_secret_arn),
        clock=lambda: datetime.now(UTC),
    ),
    Logger(),
)
