"""One function for several callers: API Gateway (proxy events), the workflow and schedules (tasks), and S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from . import http
from .routing import Routing
from .tasks import Tasks, run_task

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], dict[str, Any]]
Notified = Callable[[Event, LambdaContext], dict[str, Any]]


def create_handler(
    environment: str, routing: Routing, tasks: Tasks, logger: Logger, notified: Notified | None = None
) -> Handler:
    """Return the Lambda handler. It answers client errors; everything else is logged and raised.

    Args:
        environment: stands in every line of the log.
        routing: answers proxy events.
        tasks: by their names.
        logger: of the function.
        notified: takes notifications of S3, if the function gets any.
    """

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(environment=environment)
        try:
            if "httpMethod" in event:
                request = APIGatewayProxyEvent(event)
                logger.set_correlation_id(http.correlation_id(request, context.aws_request_id))
                # The errors that API Gateway answers by itself carry this id, even when the client sent one.
                logger.append_keys(api_request_id=http.gateway_request_id(request))
                return routing.app.resolve(event, context)
            # All steps of an order are found by its id.
            logger.set_correlation_id(str(event.get("orderId") or context.aws_request_id))
            if notified is not None and "Records" in event:
                return notified(event, context)
            return run_task(tasks, event, context, logger)
        except Exception:
            # Raised so that the error metric, retries, dead-letter queues and alarms see it.
            logger.exception("invocation failed")
            raise

    return handler
