"""user-service, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from .cursors import Cursors
from .function import Handler, create_handler
from .idempotency import Once
from .pages import Pages
from .ports import Clock, CursorKey, Table
from .reasons import UNKNOWN_USER
from .tasks import Report, Task, outcome
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


def create_user_handler(environment: str, world: UserWorld, logger: Logger) -> Handler:
    """Return the Lambda handler of user-service."""
    users = Users(world.users, Pages(world.users, USER_ID, Cursors(world.cursor_key)), world.clock)

    def validate_user(task: Task) -> Report:
        if users.find(task.reference("userId")) is None:
            return outcome("rejected", UNKNOWN_USER)
        return outcome("valid")

    routing = create_user_api(users, Once(world.answers), logger)
    return create_handler(environment, routing, {"ValidateUser": validate_user}, logger)
