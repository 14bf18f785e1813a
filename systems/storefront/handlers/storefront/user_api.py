"""The routes of user-service."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response

from stackwright_handlers.errors import RequestError
from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.routing import Routing

from .users import NewUser, User, Users


def create_user_api(users: Users, once: Idempotent, logger: Logger) -> Routing:
    """Return the routes."""
    routing = Routing(logger, once)

    @routing.post("/users")
    def create() -> Response[str]:
        new = NewUser.from_body(routing.body)

        def work(scope: str | None) -> Answer:
            user = users.create(new, scope)
            logger.info("user created", user_id=user.user_id)
            return dict(user.attributes())

        return routing.answer_once(201, "POST /users", work)

    @routing.get("/users")
    def by_email() -> Response[str]:
        email = routing.query.get("email")
        if email is None:
            raise RequestError(400, "missing_filter", "Say which users: email=.", {"allowed": ["email"]})
        return routing.answer_page(users.by_email(email, routing.page), User.attributes)

    @routing.get("/users/<user_id>")
    def get(user_id: str) -> Response[str]:
        user = users.find(user_id)
        if user is None:
            raise RequestError(404, "user_not_found", "There is no user with this id.")
        return routing.answer(200, user.attributes())

    return routing
