"""user-service, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from stackwright_handlers.cursors import CursorKey, Cursors
from stackwright_handlers.function import Handler, create_handler
from stackwright_handlers.idempotency import Idempotent
from stackwright_handlers.pages import Pages
from stackwright_handlers.table.items import Table
from stackwright_handlers.tasks import Report
from stackwright_handlers.values import Clock

from .reasons import UNKNOWN_USER
from .tasks import Task, outcome
from .user_api import create_user_api
from .users import USER_ID, Users


@dataclass(frozen=True, slots=True)
class UserWorld:
    """Everything outside the function."""

    users: Table
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency records; called once, by the first request that has a key."""
    cursor_key: CursorKey
    clock: Clock


def create_user_handler(world: UserWorld, logger: Logger) -> Handler:
    """Return the Lambda handler of user-service."""
    users = Users(world.users, Pages(world.users, USER_ID, Cursors(world.cursor_key)), world.clock)

    def validate_user(task: Task) -> Report:
        if users.find(task.reference("userId")) is None:
            return outcome("rejected", UNKNOWN_USER)
        return outcome("valid")

    routing = create_user_api(users, Idempotent(world.answers), logger)
    return create_handler(
        routing, logger, tasks={"ValidateUser": validate_user}, task_type=Task, correlated_by="orderId"
    )
