"""Entry point of the function `user-service`: API Gateway proxy events and the workflow's task ValidateUser."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from storefront.settings import UserSettings
from storefront.user_handler import UserWorld, create_user_handler
from storefront.users import USER_ID

from stackwright_handlers.function import new_logger
from stackwright_handlers.secret import SecretValue
from stackwright_handlers.settings import read
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(UserSettings, os.environ)
users = DynamoDbTable(settings.users_table, USER_ID)

handler = create_user_handler(
    UserWorld(
        users=users,
        answers=users.idempotency_records,
        cursor_key=SecretValue(settings.api_secret_arn, "cursor_key"),
        clock=lambda: datetime.now(UTC),
    ),
    new_logger(),
)
